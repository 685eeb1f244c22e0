// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {
namespace {

v1::ListNamespacesResponse Namespaces() {
  return FromJson<v1::ListNamespacesResponse>(R"({"namespaces": [
    {"name": "chat", "localPeers": "1", "remotePeers": "12", "joinCount": "5", "leaveCount": "4"},
    {"name": "pigeonhub-mesh", "localPeers": "1", "isHubMesh": true, "joinCount": "1"}],
    "cursor": {"epoch": "c0ffee", "seq": "7"}})");
}

}  // namespace

void ServeNamespaces(FakeServer& server) {
  server.Answer<v1::ListNamespacesRequest, v1::ListNamespacesResponse>([](const auto& request) {
    v1::ListNamespacesResponse page = Namespaces();
    auto& names = *page.mutable_namespaces();
    const auto unwanted = [&](const v1::Namespace& each) {
      return !each.name().starts_with(request.name_prefix());
    };
    names.erase(std::remove_if(names.begin(), names.end(), unwanted), names.end());
    CutPage(page, &names, request.page_size(), request.page_token());
    return page;
  });
  server.On(v1::GetNamespaceRequest(), [](const std::string& bytes) {
    v1::GetNamespaceRequest request;
    request.ParseFromString(bytes);
    v1::GetNamespaceResponse response;
    *response.mutable_namespace_() = Namespaces().namespaces(0);
    *response.mutable_in_force() = PolicyInForce();
    return request.name() == "chat"
               ? Reply(response)
               : NotFound("namespace " + request.name(), "NAMESPACE_NOT_FOUND");
  });
  server.Answer<v1::GetHubMeshNamespaceRequest>(
      FromJson<v1::GetHubMeshNamespaceResponse>(R"({"hubMeshNamespace": "pigeonhub-mesh"})"));
  server.Answer<v1::SetHubMeshNamespaceRequest>(FromJson<v1::SetHubMeshNamespaceResponse>(
      R"({"previous": "pigeonhub-mesh", "closedConnections": "3", "closedHubs": "1"})"));
}

}  // namespace pigeonhub::cli
