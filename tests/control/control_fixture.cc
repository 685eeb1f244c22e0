// SPDX-License-Identifier: Apache-2.0

#include "tests/control/control_fixture.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <utility>

#include "control/daemon/config/config.h"
#include "server/base/variables.h"

namespace pigeonhub {
namespace {

// The first detail of a kind.
template <typename Detail>
Detail DetailOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), status.error_code());
  EXPECT_EQ(details.message(), status.error_message());
  Detail detail;
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&detail)) break;
  }
  return detail;
}

}  // namespace

std::string PeerIdText(int number) {
  const std::string digits = std::to_string(number);
  return std::string(PeerId::kLength - digits.size(), '0') + digits;
}

google::rpc::ErrorInfo ErrorInfoOf(const grpc::Status& status) {
  auto info = DetailOf<google::rpc::ErrorInfo>(status);
  EXPECT_EQ(info.domain(), "pigeonhub");
  return info;
}

std::string ReasonOf(const grpc::Status& status) { return ErrorInfoOf(status).reason(); }

std::string BadFieldOf(const grpc::Status& status) {
  const auto bad_request = DetailOf<google::rpc::BadRequest>(status);
  return bad_request.field_violations().empty() ? "" : bad_request.field_violations(0).field();
}

void ControlTest::SetUp() { Start(); }

void ControlTest::Start(Setup setup) {
  events_.reset();
  control_.reset();
  hub_ = HubInternals::Make(setup.hub, log_);
  const auto read = [arguments = setup.arguments] { return LoadConfig(arguments, Variables()); };
  const auto config = read();
  ASSERT_TRUE(config.ok()) << config.status();
  config_ = std::make_unique<RunningConfig>(*config, read, setup.reach.access, clock_, log_);
  config_->Steer(*hub_, {.keys = setup.hub.hub_keys,
                         .keys_path = config->hub_key,
                         .trust = setup.hub.hub_trust,
                         .signing_key = std::nullopt,
                         .token_keys = setup.hub.token_keys});
  auto started = ControlServer::Start(*hub_, log_, clock_, *config_, setup.reach, setup.watching);
  ASSERT_TRUE(started.ok()) << started.status();
  control_ = *std::move(started);
  if (setup.serving) {
    ASSERT_TRUE(hub_->Start().ok());
  }

  const auto channel =
      grpc::CreateChannel(control_->addresses().front(), grpc::InsecureChannelCredentials());
  server_ = v1::ServerService::NewStub(channel);
  hubs_ = v1::HubService::NewStub(channel);
  mesh_ = v1::MeshService::NewStub(channel);
  peers_ = v1::PeerService::NewStub(channel);
  namespaces_ = v1::NamespaceService::NewStub(channel);
  events_ = v1::EventService::NewStub(channel);
  access_ = v1::AccessService::NewStub(channel);
}

RawClient& ControlTest::Join(int number, const std::string& network, const std::string& data) {
  RawClient& peer = *peers_here_.emplace_back(std::make_unique<RawClient>(port()));
  EXPECT_EQ(peer.Upgrade("/?peerId=" + PeerIdText(number)), 101);
  EXPECT_NE(peer.ReadTextWith("\"connected\""), "");
  if (!network.empty()) Announce(peer, network, data);
  return peer;
}

void ControlTest::Announce(RawClient& peer, const std::string& network, const std::string& data) {
  peer.SendText(R"({"type":"announce","networkName":")" + network + R"(","data":)" + data + "}");
  Settle(peer);
}

void ControlTest::Settle(RawClient& peer) {
  peer.SendText(R"({"type":"ping"})");
  EXPECT_NE(peer.ReadTextWith("\"pong\""), "");
}

std::vector<v1::Event> ControlTest::Events(const v1::EventFilter& filter) {
  std::vector<v1::Event> events;
  v1::ListEventsRequest request;
  *request.mutable_filter() = filter;
  do {
    v1::ListEventsResponse response;
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
    Authorize(context);
    const auto status = events_->ListEvents(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    events.insert(events.end(), response.events().begin(), response.events().end());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return events;
}

std::vector<v1::Event> ControlTest::Events(v1::EventKind kind) {
  v1::EventFilter filter;
  filter.add_kinds(kind);
  return Events(filter);
}

v1::EventCursor ControlTest::Cursor() {
  v1::EventCursor cursor;
  cursor.set_epoch(internals().epoch());
  cursor.set_seq(internals().events().next());
  return cursor;
}

}  // namespace pigeonhub
