// SPDX-License-Identifier: Apache-2.0

#include "control/access/roles.h"

#include <algorithm>
#include <iterator>

namespace pigeonhub {
namespace {

constexpr std::string_view kNames[] = {"viewer", "operator", "admin"};

constexpr MethodRole kMethods[] = {
    {"AccessService/Ban", Role::kOperator},
    {"AccessService/CheckToken", Role::kOperator},
    {"AccessService/ListBans", Role::kViewer},
    {"AccessService/ListKeys", Role::kViewer},
    {"AccessService/Unban", Role::kOperator},
    {"EventService/ListEvents", Role::kViewer},
    {"EventService/WatchEvents", Role::kViewer},
    {"HubService/GeneratePeerId", Role::kViewer},
    {"HubService/GetHub", Role::kViewer},
    {"HubService/GetHubKey", Role::kViewer},
    {"HubService/GetHubStats", Role::kViewer},
    {"HubService/ListHubs", Role::kViewer},
    {"HubService/QuarantineHub", Role::kOperator},
    {"HubService/RegisterHub", Role::kOperator},
    {"HubService/ReleaseHub", Role::kOperator},
    {"HubService/UnregisterHub", Role::kOperator},
    {"MeshService/ConnectBootstrapHubs", Role::kOperator},
    {"MeshService/ConnectHub", Role::kOperator},
    {"MeshService/DisconnectBootstrapHubs", Role::kOperator},
    {"MeshService/DisconnectLink", Role::kOperator},
    {"MeshService/GetHubMeshNamespace", Role::kViewer},
    {"MeshService/GetTopology", Role::kViewer},
    {"MeshService/ListLinks", Role::kViewer},
    {"MeshService/SetHubMeshNamespace", Role::kAdmin},
    {"NamespaceService/GetNamespace", Role::kViewer},
    {"NamespaceService/GetNamespacePolicy", Role::kViewer},
    {"NamespaceService/ListNamespacePolicies", Role::kViewer},
    {"NamespaceService/ListNamespaces", Role::kViewer},
    {"NamespaceService/SetNamespacePolicy", Role::kOperator},
    {"NamespaceService/UnsetNamespacePolicy", Role::kOperator},
    {"PeerService/DisconnectPeer", Role::kOperator},
    {"PeerService/ExplainPair", Role::kViewer},
    {"PeerService/FindPeer", Role::kViewer},
    {"PeerService/GetPeer", Role::kViewer},
    {"PeerService/ListPeers", Role::kViewer},
    {"ServerService/Diagnose", Role::kViewer},
    {"ServerService/Drain", Role::kOperator},
    {"ServerService/GetLimits", Role::kViewer},
    {"ServerService/GetServerInfo", Role::kViewer},
    {"ServerService/GetStats", Role::kViewer},
    {"ServerService/ListAddresses", Role::kViewer},
    {"ServerService/Reload", Role::kAdmin},
    {"ServerService/SetLogLevel", Role::kOperator},
    {"ServerService/StartSignaling", Role::kOperator},
    {"ServerService/StopSignaling", Role::kOperator},
    {"ServerService/Undrain", Role::kOperator},
    {"TraceService/WatchHandshake", Role::kViewer},
};

}  // namespace

std::string_view RoleName(Role role) { return kNames[static_cast<size_t>(role)]; }

std::optional<Role> RoleNamed(std::string_view name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<Role>(found - std::begin(kNames));
}

std::span<const MethodRole> MethodRoles() { return kMethods; }

Role RequiredRole(std::string_view method) {
  const auto found = std::find_if(std::begin(kMethods), std::end(kMethods),
                                  [&](const MethodRole& row) { return row.method == method; });
  return found == std::end(kMethods) ? Role::kAdmin : found->role;
}

}  // namespace pigeonhub
