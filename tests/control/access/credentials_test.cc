// SPDX-License-Identifier: Apache-2.0
//
// Every RPC of the API with every kind of credential.

#include <google/protobuf/dynamic_message.h>
#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/access/refusal_limit.h"
#include "control/access/roles.h"
#include "control/remote/merge.h"
#include "tests/control/control_fixture.h"
#include "tests/control/every_method.h"
#include "tests/control/raw_call.h"

namespace pigeonhub {
namespace {

constexpr char kTokens[] = R"(eye    viewer   viewer-token-0000
hand   operator operator-token-00
head   admin    admin-token-00000
)";

struct Caller {
  const char* name;
  const char* authorization;  // null: none is sent
  std::optional<Role> role;   // empty: nobody
};

constexpr Caller kCallers[] = {
    {"nobody", nullptr, std::nullopt},
    {"a wrong token", "Bearer no-such-token-000", std::nullopt},
    {"another scheme", "Basic viewer-token-0000", std::nullopt},
    {"a viewer", "Bearer viewer-token-0000", Role::kViewer},
    {"an operator", "Bearer operator-token-00", Role::kOperator},
    {"an admin", "Bearer admin-token-00000", Role::kAdmin},
};

// Calls a method with a request that asks to change nothing, for the hub of this id.
grpc::Status CallMethod(const std::shared_ptr<grpc::Channel>& channel,
                        const google::protobuf::MethodDescriptor& method, const char* authorization,
                        const std::string& hub_id = {}) {
  google::protobuf::DynamicMessageFactory factory;
  const std::unique_ptr<google::protobuf::Message> request(
      factory.GetPrototype(method.input_type())->New());
  if (const auto* field = method.input_type()->FindFieldByName("validate_only")) {
    request->GetReflection()->SetBool(request.get(), field, true);
  }
  if (!hub_id.empty()) {
    const auto* field = method.input_type()->FindFieldByName("hub_id");
    request->GetReflection()->SetString(request.get(), field, hub_id);
  }
  const std::string path = "/" + method.service()->full_name() + "/" + method.name();
  return CallRaw(channel, path, request->SerializeAsString(), authorization,
                 method.server_streaming())
      .status;
}

class CredentialsTest : public ControlTest {
 protected:
  void SetUp() override {
    Setup setup;
    setup.reach.access = std::make_shared<AccessFile>(folder_.Write("tokens", kTokens), log_);
    ASSERT_TRUE(setup.reach.access->Load().ok());
    Start(setup);
    channel_ =
        grpc::CreateChannel(control().addresses().front(), grpc::InsecureChannelCredentials());
  }
  // What the audit events say, as "principal method outcome".
  std::vector<std::string> Audits() {
    std::vector<std::string> audits;
    for (const Event& event : internals().events().Read(1, 10'000).events) {
      if (const auto* audit = std::get_if<Audit>(&event.body)) {
        audits.push_back(audit->principal + " " + audit->method + " " + audit->outcome);
      }
    }
    return audits;
  }

  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(CredentialsTest, EachMethodTakesItsRoleAndThoseAbove) {
  std::vector<std::string> expected_audits;
  std::map<std::string, int> refused;
  int calls = 0;
  for (const auto* method : EveryMethod()) {
    const std::string name = ShortName(*method);
    const Role required = RequiredRole(name);
    for (const Caller& caller : kCallers) {
      SCOPED_TRACE(name + " by " + caller.name);
      const grpc::Status status = CallMethod(channel_, *method, caller.authorization);
      ++calls;
      if (!caller.role) {
        EXPECT_REFUSED(status, UNAUTHENTICATED, "NOT_AUTHENTICATED");
      } else if (*caller.role < required) {
        EXPECT_REFUSED(status, PERMISSION_DENIED, "ROLE_MISSING");
        EXPECT_EQ(ErrorInfoOf(status).metadata().at("required_role"), RoleName(required));
        // A question that is refused leaves no audit event, whoever may ask it.
        if (required > Role::kViewer && name != "AccessService/CheckToken") {
          const std::string principal = *caller.role == Role::kViewer ? "eye" : "hand";
          if (++refused[principal] > RefusalLimit::kInARow) continue;
          expected_audits.push_back(principal + " pigeonhub.v1." + name + " PERMISSION_DENIED");
        }
      } else {
        EXPECT_NE(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
        EXPECT_NE(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
      }
    }
  }
  EXPECT_EQ(calls, static_cast<int>(MethodRoles().size()) * 6);
  EXPECT_EQ(Audits(), expected_audits) << "a caller's first refused changes leave audit events";
  EXPECT_TRUE(hub().IsRunning()) << "nothing was changed";
}

TEST_F(CredentialsTest, NoMethodTakesACallForAHubThatNobodyKnows) {
  int calls = 0;
  for (const auto* method : EveryMethod()) {
    if (method->input_type()->FindFieldByName("hub_id") == nullptr) continue;
    SCOPED_TRACE(ShortName(*method));
    EXPECT_REFUSED(CallMethod(channel_, *method, "Bearer admin-token-00000", PeerIdText(99)),
                   NOT_FOUND, "UNKNOWN_HUB_ID");
    ++calls;
  }
  EXPECT_GE(calls, static_cast<int>(MethodRoles().size()) - 1);
}

// What changes the process, its links or what it trusts is done at each hub's own address.
TEST_F(CredentialsTest, SomeMethodsTakeNoCallForAllHubs) {
  std::set<std::string> refusing;
  for (const auto* method : EveryMethod()) {
    if (MayMeanOtherHubs(*method->output_type())) continue;
    SCOPED_TRACE(ShortName(*method));
    EXPECT_REFUSED(CallMethod(channel_, *method, "Bearer admin-token-00000", "*"), NOT_FOUND,
                   "UNKNOWN_HUB_ID");
    refusing.insert(ShortName(*method));
  }
  const std::set<std::string> expected = {
      "HubService/GeneratePeerId",  "HubService/RegisterHub",
      "HubService/UnregisterHub",   "MeshService/ConnectBootstrapHubs",
      "MeshService/ConnectHub",     "MeshService/DisconnectBootstrapHubs",
      "MeshService/DisconnectLink", "MeshService/SetHubMeshNamespace",
      "PeerService/DisconnectPeer", "ServerService/Reload",
      "ServerService/SetLogLevel",  "ServerService/StartSignaling",
      "ServerService/StopSignaling"};
  EXPECT_EQ(refusing, expected);
}

TEST_F(CredentialsTest, WhoMayNotChangeAnythingBuriesNothingThatOthersChanged) {
  const auto call = [&](const char* authorization) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", authorization);
    v1::RegisterHubRequest request;
    request.set_peer_id(PeerIdText(1));
    v1::RegisterHubResponse response;
    return v1::HubService::NewStub(channel_)->RegisterHub(&context, request, &response);
  };
  ASSERT_TRUE(call("Bearer operator-token-00").ok());
  for (int i = 0; i < 300; ++i) {
    EXPECT_REFUSED(call("Bearer viewer-token-0000"), PERMISSION_DENIED, "ROLE_MISSING");
  }
  const auto audits = Audits();
  ASSERT_EQ(audits.size(), 1u + RefusalLimit::kInARow);
  EXPECT_EQ(audits.front(), "hand pigeonhub.v1.HubService/RegisterHub OK");
  EXPECT_EQ(audits.back(), "eye pigeonhub.v1.HubService/RegisterHub PERMISSION_DENIED");
}

TEST_F(CredentialsTest, PayloadsOfSignalsAreForOperators) {
  const auto stub = v1::EventService::NewStub(channel_);
  for (const Caller& caller : kCallers) {
    if (!caller.role) continue;
    SCOPED_TRACE(caller.name);
    v1::EventFilter filter;
    filter.set_signal_payloads(true);

    v1::ListEventsRequest list;
    *list.mutable_filter() = filter;
    v1::ListEventsResponse listed;
    grpc::ClientContext list_context;
    list_context.AddMetadata("authorization", caller.authorization);
    const grpc::Status list_status = stub->ListEvents(&list_context, list, &listed);

    v1::WatchEventsRequest watch;
    *watch.mutable_filter() = filter;
    v1::WatchEventsResponse item;
    grpc::ClientContext watch_context;
    watch_context.AddMetadata("authorization", caller.authorization);
    const auto stream = stub->WatchEvents(&watch_context, watch);
    const bool watches = stream->Read(&item);
    if (watches) watch_context.TryCancel();
    const grpc::Status watch_status = stream->Finish();

    if (*caller.role < Role::kOperator) {
      EXPECT_REFUSED(list_status, PERMISSION_DENIED, "ROLE_MISSING");
      EXPECT_REFUSED(watch_status, PERMISSION_DENIED, "ROLE_MISSING");
      EXPECT_EQ(ErrorInfoOf(list_status).metadata().at("required_role"), "operator");
    } else {
      EXPECT_TRUE(list_status.ok()) << list_status.error_message();
      EXPECT_TRUE(watches);
    }
  }
}

TEST_F(CredentialsTest, NoTokenIsEverShown) {
  for (const Caller& caller : kCallers) {
    v1::RegisterHubRequest request;
    request.set_peer_id("x");
    v1::RegisterHubResponse response;
    grpc::ClientContext context;
    if (caller.authorization != nullptr) {
      context.AddMetadata("authorization", caller.authorization);
    }
    const auto status =
        v1::HubService::NewStub(channel_)->RegisterHub(&context, request, &response);
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(status.error_message().find("-token-"), std::string::npos);
    EXPECT_EQ(status.error_details().find("-token-"), std::string::npos);
  }
  for (const std::string& audit : Audits()) {
    EXPECT_EQ(audit.find("-token-"), std::string::npos);
  }
}

TEST_F(CredentialsTest, TheMachineItselfIsNobodyOnceThereAreTokens) {
  v1::GetStatsResponse response;
  grpc::ClientContext context;
  const auto status =
      v1::ServerService::NewStub(channel_)->GetStats(&context, v1::GetStatsRequest(), &response);
  EXPECT_REFUSED(status, UNAUTHENTICATED, "NOT_AUTHENTICATED");
}

TEST_F(CredentialsTest, AChangedFileIsTakenOver) {
  folder_.Write("tokens", "eye admin viewer-token-0000\n");
  const auto* reload = v1::ReloadRequest::descriptor()
                           ->file()
                           ->FindServiceByName("ServerService")
                           ->FindMethodByName("Reload");
  EXPECT_TRUE(CallMethod(channel_, *reload, "Bearer viewer-token-0000").ok());
  EXPECT_REFUSED(CallMethod(channel_, *reload, "Bearer admin-token-00000"), UNAUTHENTICATED,
                 "NOT_AUTHENTICATED");
}

}  // namespace
}  // namespace pigeonhub
