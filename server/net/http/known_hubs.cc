// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/known_hubs.h"

#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "server/base/json_writer.h"
#include "server/core/identity.h"

namespace pigeonhub::net {

SharedText HubMembers(std::string_view region, const std::vector<std::string>& capabilities,
                      std::string_view url) {
  std::string members;
  JsonWriter json(members);
  if (!region.empty()) json.Key("region").String(region);
  if (!capabilities.empty()) {
    json.Key("capabilities").BeginArray();
    for (const std::string& capability : capabilities) json.String(capability);
    json.EndArray();
  }
  if (!url.empty()) json.Key("url").String(url);
  if (members.empty()) return nullptr;
  return std::make_shared<const std::string>(std::move(members));
}

std::vector<HubRecord> KnownHubs(const Hub& hub) {
  std::vector<HubRecord> hubs = hub.ConnectedHubs();
  if (hub.Stats().is_hub) return hubs;
  absl::flat_hash_set<PeerId> listed;
  for (const HubRecord& record : hubs) listed.insert(record.peer);
  const auto add = [&](HubRecord record) {
    if (!listed.insert(record.peer).second) return;
    record.profile.is_hub = true;
    record.order = hubs.empty() ? 1 : hubs.back().order + 1;
    hubs.push_back(std::move(record));
  };
  // The map comes first, because each hub in it described itself.
  const auto network = std::make_shared<const std::string>(hub.identity().mesh_namespace());
  for (const TopologyRecord::Hub& linked : hub.Topology().hubs) {
    if (linked.self) continue;
    HubRecord record;
    record.peer = linked.id;
    record.network = network;
    record.profile.members = HubMembers(linked.region, linked.capabilities, linked.url);
    add(std::move(record));
  }
  for (HubRecord& record : hub.HubsHeardOf()) add(std::move(record));
  return hubs;
}

}  // namespace pigeonhub::net
