// SPDX-License-Identifier: Apache-2.0
//
// A call with validate_only is answered as the same call without it is then.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "server/core/random.h"
#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

class DryRunTest : public ControlTest {
 protected:
  using Call = std::function<grpc::Status(bool validate_only)>;

  template <typename Response, typename Method, typename Request>
  Call Unary(Method method, Request request) {
    return [this, method, request](bool validate_only) mutable {
      request.set_validate_only(validate_only);
      Response response;
      grpc::ClientContext context;
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
      return method(&context, request, &response);
    };
  }
#define CHANGE(stub, Method, request) \
  Unary<v1::Method##Response>([this](auto... args) { return (stub)->Method(args...); }, request)

  template <typename Request>
  static Request About(int hub) {
    Request request;
    if constexpr (requires { request.set_hub_peer_id(""); }) {
      request.set_hub_peer_id(PeerIdText(hub));
    } else {
      request.set_peer_id(PeerIdText(hub));
    }
    return request;
  }

  static v1::BanRequest Ban(int peer) {
    v1::BanRequest request;
    request.mutable_target()->set_peer_id(PeerIdText(100 + peer));
    request.mutable_duration()->set_seconds(3600);
    return request;
  }
  static v1::UnbanRequest Unban(int peer) {
    v1::UnbanRequest request;
    request.mutable_target()->set_peer_id(PeerIdText(100 + peer));
    return request;
  }

  // One without members cannot be.
  static v1::SetNamespacePolicyRequest Policy(int number, int64_t members) {
    v1::SetNamespacePolicyRequest request;
    request.set_name("room" + std::to_string(number));
    request.mutable_policy()->set_max_peers(members);
    return request;
  }
  static v1::UnsetNamespacePolicyRequest NoPolicy(int number) {
    v1::UnsetNamespacePolicyRequest request;
    request.set_name("room" + std::to_string(number));
    return request;
  }

  // Those that answer at once in whatever state the server is.
  std::vector<std::pair<std::string, Call>> Calls(int hub) {
    v1::ConnectHubRequest connect;
    connect.set_url("ws://127.0.0.1:" + std::to_string(hub));
    v1::DisconnectLinkRequest disconnect;
    disconnect.set_url(connect.url());
    return {
        {"RegisterHub", CHANGE(hubs_, RegisterHub, About<v1::RegisterHubRequest>(hub))},
        {"UnregisterHub", CHANGE(hubs_, UnregisterHub, About<v1::UnregisterHubRequest>(hub))},
        {"QuarantineHub", CHANGE(hubs_, QuarantineHub, About<v1::QuarantineHubRequest>(hub))},
        {"ReleaseHub", CHANGE(hubs_, ReleaseHub, About<v1::ReleaseHubRequest>(hub))},
        {"Ban", CHANGE(access_, Ban, Ban(hub))},
        {"Unban", CHANGE(access_, Unban, Unban(hub))},
        {"SetNamespacePolicy",
         CHANGE(namespaces_, SetNamespacePolicy, Policy(hub, hub % 2 == 0 ? 5 : 0))},
        {"UnsetNamespacePolicy", CHANGE(namespaces_, UnsetNamespacePolicy, NoPolicy(hub))},
        {"DisconnectPeer", CHANGE(peers_, DisconnectPeer, About<v1::DisconnectPeerRequest>(hub))},
        {"DisconnectLink", CHANGE(mesh_, DisconnectLink, About<v1::DisconnectLinkRequest>(hub))},
        {"ConnectHub", CHANGE(mesh_, ConnectHub, connect)},
        {"DisconnectLink by url", CHANGE(mesh_, DisconnectLink, disconnect)},
        {"ConnectBootstrapHubs",
         CHANGE(mesh_, ConnectBootstrapHubs, v1::ConnectBootstrapHubsRequest())},
        {"DisconnectBootstrapHubs",
         CHANGE(mesh_, DisconnectBootstrapHubs, v1::DisconnectBootstrapHubsRequest())},
        {"SetHubMeshNamespace",
         CHANGE(mesh_, SetHubMeshNamespace, NameOf(hub % 2 == 0 ? "mesh" : ""))},
        {"Undrain", CHANGE(server_, Undrain, v1::UndrainRequest())},
        {"StopSignaling", CHANGE(server_, StopSignaling, v1::StopSignalingRequest())},
        {"Drain", [this](bool validate_only) { return Drain(validate_only); }},
    };
  }

  static v1::SetHubMeshNamespaceRequest NameOf(const std::string& name) {
    v1::SetHubMeshNamespaceRequest request;
    request.set_hub_mesh_namespace(name);
    return request;
  }

  // OK as soon as the drain has begun.
  grpc::Status Drain(bool validate_only) {
    v1::DrainRequest request;
    request.set_validate_only(validate_only);
    request.mutable_over()->set_seconds(3600);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
    const auto stream = server_->Drain(&context, request);
    v1::DrainResponse progress;
    if (!stream->Read(&progress)) return stream->Finish();
    context.TryCancel();
    stream->Finish().error_code();
    return grpc::Status::OK;
  }

  // The answer, after both ways of asking agreed.
  bool Accepted(const std::string& name, const Call& call) {
    const grpc::Status dry = call(true);
    const grpc::Status real = call(false);
    EXPECT_EQ(dry.error_code(), real.error_code()) << name << ": " << real.error_message();
    EXPECT_EQ(dry.error_message(), real.error_message()) << name;
    if (!dry.ok() && !real.ok()) {
      EXPECT_EQ(ReasonOf(dry), ReasonOf(real)) << name;
    }
    return real.ok();
  }
};

TEST_F(DryRunTest, TellsWhatTheCallAnswersInAnyState) {
  Random random(1);
  int accepted = 0;
  int refused = 0;
  Join(1, "a");  // so that a drain takes its time
  const Call start = CHANGE(server_, StartSignaling, v1::StartSignalingRequest());
  for (int step = 0; step < 200 && !HasFailure(); ++step) {
    const auto calls = Calls(1 + static_cast<int>(random.Below(4)));
    const size_t which = random.Below(calls.size() + 1);
    const bool ok = which < calls.size() ? Accepted(calls[which].first, calls[which].second)
                                         : Accepted("StartSignaling", start);
    ++(ok ? accepted : refused);
    const HubStats stats = hub().GetStats().hub;
    // Signaling is about to stop by itself.
    if (stats.serving == Serving::kDraining && stats.connections == 0) hub().WaitUntilStopped();
  }
  EXPECT_GT(accepted, 40);
  EXPECT_GT(refused, 40);
}

// The core has stopped, and the server still waits for a client that does not close.
TEST_F(DryRunTest, TellsWhatTheCallAnswersWhileTheLastConnectionsClose) {
  RawClient& silent = Join(1, "a");
  ASSERT_TRUE(hub().Drain(std::chrono::seconds(0)).ok());
  ASSERT_TRUE(Eventually([&] { return hub().GetStats().hub.serving == Serving::kStopped; }));
  int refused = 0;
  for (const auto& [name, call] : Calls(1)) refused += Accepted(name, call) ? 0 : 1;
  EXPECT_GE(refused, 7);
  silent.Reset();
  hub().WaitUntilStopped();
}

}  // namespace
}  // namespace pigeonhub
