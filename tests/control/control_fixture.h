// SPDX-License-Identifier: Apache-2.0
//
// A hub with its control API, both in the test's process, and peers that join over real WebSockets.
#pragma once

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/control_server.h"
#include "control/daemon/running_config.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "pigeonhub/hub_server.h"
#include "pigeonhub/v1/access_service.grpc.pb.h"
#include "pigeonhub/v1/event_service.grpc.pb.h"
#include "pigeonhub/v1/hub_service.grpc.pb.h"
#include "pigeonhub/v1/mesh_service.grpc.pb.h"
#include "pigeonhub/v1/namespace_service.grpc.pb.h"
#include "pigeonhub/v1/peer_service.grpc.pb.h"
#include "pigeonhub/v1/server_service.grpc.pb.h"
#include "server/internals/hub_internals.h"
#include "server/runtime/log.h"
#include "tests/support/raw_client.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub {

// The id whose last digits are `number`.
std::string PeerIdText(int number);

// What a status says to programs. A test fails where there should be something and is not.
google::rpc::ErrorInfo ErrorInfoOf(const grpc::Status& status);
std::string ReasonOf(const grpc::Status& status);
// The first field that BadRequest names; empty without one.
std::string BadFieldOf(const grpc::Status& status);

// Expects a code and a reason: EXPECT_REFUSED(status, NOT_FOUND, "PEER_NOT_FOUND").
#define EXPECT_REFUSED(status, code, reason)                                              \
  do {                                                                                    \
    const grpc::Status& refusal_ = (status);                                              \
    EXPECT_EQ(refusal_.error_code(), grpc::StatusCode::code) << refusal_.error_message(); \
    EXPECT_EQ(ReasonOf(refusal_), reason) << refusal_.error_message();                    \
  } while (false)

class ControlTest : public testing::Test {
 protected:
  struct Setup {
    Setup() {
      hub.port = 0;
      hub.is_hub = true;
      hub.hub_admission = HubAdmission::kOpen;
      hub.io_threads = 1;
      hub.auto_connect = false;  // to whichever hub has port 3000
    }
    HubServerOptions hub;
    std::vector<std::string> arguments;  // of the command line, for what calls show of it
    ControlReach reach{.listen = "127.0.0.1:0", .tls = {}, .access = nullptr};
    EventFeed::Options watching;
    bool serving = true;
  };
  ControlTest() = default;

  // Starts hub and control API; the test fails where it cannot.
  void Start() { Start(Setup()); }
  void Start(Setup setup);
  void SetUp() override;
  // Ends the control API, as the end of the process would.
  void StopControl() { control_.reset(); }

  // A connected peer; with a namespace an announced one. Its place in the hub's tables is certain
  // when this returns.
  RawClient& Join(int number, const std::string& network = {}, const std::string& data = "{}");
  // What it would send.
  void Announce(RawClient& peer, const std::string& network, const std::string& data);
  // Waits until the hub has handled everything the peer has said.
  void Settle(RawClient& peer);

  // The events since the start of the hub that the filter wants.
  std::vector<v1::Event> Events(const v1::EventFilter& filter = {});
  std::vector<v1::Event> Events(v1::EventKind kind);
  // The place behind the last event.
  v1::EventCursor Cursor();

  // Adds the fixture's token, if it has one, to a call.
  void Authorize(grpc::ClientContext& context) const {
    if (!token_.empty()) context.AddMetadata("authorization", "Bearer " + token_);
  }

  HubServer& hub() { return *hub_; }
  HubInternals internals() { return HubInternals(*hub_); }
  ControlServer& control() { return *control_; }
  RunningConfig& config() { return *config_; }
  uint16_t port() const { return hub_->Addresses().front().port; }

  std::string token_;
  TemporaryFolder folder_;
  SystemClock clock_;
  Log log_{LogLevel::kOff, LogFormat::kText, -1, clock_};

 private:
  std::unique_ptr<HubServer> hub_;
  std::unique_ptr<RunningConfig> config_;
  std::unique_ptr<ControlServer> control_;
  std::vector<std::unique_ptr<RawClient>> peers_here_;

 protected:
  std::unique_ptr<v1::ServerService::StubInterface> server_;
  std::unique_ptr<v1::HubService::StubInterface> hubs_;
  std::unique_ptr<v1::MeshService::StubInterface> mesh_;
  std::unique_ptr<v1::PeerService::StubInterface> peers_;
  std::unique_ptr<v1::NamespaceService::StubInterface> namespaces_;
  std::unique_ptr<v1::EventService::StubInterface> events_;
  std::unique_ptr<v1::AccessService::StubInterface> access_;
};

// Calls a method of a stub: const auto status = CALL(peers_, GetPeer, request, response).
#define CALL(stub, Method, request, response)                                          \
  [&] {                                                                                \
    grpc::ClientContext context;                                                       \
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30)); \
    Authorize(context);                                                                \
    return (stub)->Method(&context, request, &(response));                             \
  }()

// The same for a call that must succeed.
#define CALL_OK(stub, Method, request, response)                         \
  do {                                                                   \
    const grpc::Status answered = CALL(stub, Method, request, response); \
    ASSERT_TRUE(answered.ok()) << answered.error_message();              \
  } while (false)

}  // namespace pigeonhub
