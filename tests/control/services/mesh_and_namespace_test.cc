// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

class MeshServiceTest : public ControlTest {
 protected:
  std::string MeshNamespace() {
    v1::GetHubMeshNamespaceResponse response;
    const auto status =
        CALL(mesh_, GetHubMeshNamespace, v1::GetHubMeshNamespaceRequest(), response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.hub_mesh_namespace();
  }
  static v1::SetHubMeshNamespaceRequest To(const std::string& name, bool restart = false) {
    v1::SetHubMeshNamespaceRequest request;
    request.set_hub_mesh_namespace(name);
    request.set_restart_signaling(restart);
    return request;
  }
  v1::SetHubMeshNamespaceResponse response_;
};

TEST_F(MeshServiceTest, RefusesAnotherNamespaceWhileSignalingRuns) {
  const auto status = CALL(mesh_, SetHubMeshNamespace, To("other"), response_);
  EXPECT_REFUSED(status, FAILED_PRECONDITION, "SIGNALING_RUNNING");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  google::rpc::PreconditionFailure failure;
  ASSERT_TRUE(details.details(1).UnpackTo(&failure));
  EXPECT_EQ(failure.violations(0).type(), "SIGNALING_RUNNING");
  EXPECT_EQ(failure.violations(0).subject(), "hub_mesh_namespace");
  EXPECT_EQ(failure.violations(0).description(), "stop signaling first, or set restart_signaling");
  EXPECT_EQ(MeshNamespace(), "pigeonhub-mesh");
}

TEST_F(MeshServiceTest, ChangesItWhileSignalingIsStopped) {
  hub().Stop();
  CALL_OK(mesh_, SetHubMeshNamespace, To("  other \n"), response_);
  EXPECT_EQ(response_.previous(), "pigeonhub-mesh");
  EXPECT_EQ(MeshNamespace(), "other");
  EXPECT_FALSE(hub().IsRunning());
  v1::GetServerInfoResponse info;
  CALL_OK(server_, GetServerInfo, v1::GetServerInfoRequest(), info);
  for (const auto& value : info.config()) {
    if (value.name() != "hub-mesh-namespace") continue;
    EXPECT_EQ(value.value(), "other");
    EXPECT_EQ(value.origin(), "api");
  }
}

TEST_F(MeshServiceTest, RestartsSignalingWhereAskedToAndSaysWhomThatMeets) {
  RawClient& peer = Join(1, "a");
  Join(2, "pigeonhub-mesh", R"({"isHub":true})");
  auto request = To("other", /*restart=*/true);
  request.set_validate_only(true);
  CALL_OK(mesh_, SetHubMeshNamespace, request, response_);
  EXPECT_EQ(response_.closed_connections(), 2);
  EXPECT_EQ(response_.closed_hubs(), 1);
  Settle(peer);

  request.set_validate_only(false);
  CALL_OK(mesh_, SetHubMeshNamespace, request, response_);
  EXPECT_EQ(response_.closed_connections(), 2);
  EXPECT_EQ(MeshNamespace(), "other");
  EXPECT_TRUE(hub().IsRunning());
  EXPECT_TRUE(peer.ReadClose().has_value());
  Join(1, "a");
}

TEST_F(MeshServiceTest, RefusesABadNameBeforeAnythingStops) {
  RawClient& peer = Join(1, "a");
  for (const std::string& name :
       {std::string(), std::string(" \t"), std::string("a\nb"), std::string(1025, 'x')}) {
    const auto status = CALL(mesh_, SetHubMeshNamespace, To(name, true), response_);
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
    EXPECT_EQ(BadFieldOf(status), "hub_mesh_namespace");
  }
  Settle(peer);
}

class NamespaceServiceTest : public ControlTest {
 protected:
  v1::ListNamespacesResponse List(const std::string& prefix, int size = 0,
                                  const std::string& token = {}) {
    v1::ListNamespacesRequest request;
    request.set_name_prefix(prefix);
    request.set_page_size(size);
    request.set_page_token(token);
    v1::ListNamespacesResponse response;
    const auto status = CALL(namespaces_, ListNamespaces, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  static std::vector<std::string> Names(const v1::ListNamespacesResponse& response) {
    std::vector<std::string> names;
    for (const auto& network : response.namespaces()) names.push_back(network.name());
    return names;
  }
  using Strings = std::vector<std::string>;
};

TEST_F(NamespaceServiceTest, ListsNamespacesByName) {
  Join(1, "b");
  Join(2, "a");
  Join(3, "ab");
  Join(4, "b");
  Join(5);
  EXPECT_EQ(Names(List("")), (Strings{"a", "ab", "b"}));
  EXPECT_EQ(Names(List("a")), (Strings{"a", "ab"}));
  EXPECT_EQ(Names(List("c")), Strings{});
}

TEST_F(NamespaceServiceTest, PagesGoOnBehindANameThatIsGone) {
  int number = 0;
  for (const char* name : {"a", "b", "c", "d", "e"}) Join(++number, name);
  const auto first = List("", 2);
  EXPECT_EQ(Names(first), (Strings{"a", "b"}));
  ASSERT_TRUE(hub().DisconnectPeer(*PeerId::Parse(PeerIdText(2))).ok());
  Join(6, "bb");
  const auto second = List("", 2, first.next_page_token());
  EXPECT_EQ(Names(second), (Strings{"bb", "c"}));
  EXPECT_EQ(Names(List("", 10, second.next_page_token())), (Strings{"d", "e"}));
  EXPECT_EQ(List("", 10, second.next_page_token()).next_page_token(), "");

  v1::ListNamespacesRequest other;
  other.set_name_prefix("a");
  other.set_page_token(first.next_page_token());
  v1::ListNamespacesResponse response;
  EXPECT_REFUSED(CALL(namespaces_, ListNamespaces, other, response), INVALID_ARGUMENT,
                 "INVALID_PAGE_TOKEN");
}

TEST_F(NamespaceServiceTest, ShowsOneNamespace) {
  Join(1, "pigeonhub-mesh");
  v1::GetNamespaceRequest request;
  request.set_name("pigeonhub-mesh");
  v1::GetNamespaceResponse response;
  CALL_OK(namespaces_, GetNamespace, request, response);
  EXPECT_EQ(response.namespace_().local_peers(), 1);
  EXPECT_EQ(response.namespace_().remote_peers(), 0);
  EXPECT_TRUE(response.namespace_().is_hub_mesh());
  request.set_name("none");
  EXPECT_REFUSED(CALL(namespaces_, GetNamespace, request, response), NOT_FOUND,
                 "NAMESPACE_NOT_FOUND");
}

}  // namespace
}  // namespace pigeonhub
