// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/known_hubs.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "server/base/json_writer.h"
#include "server/base/websocket_url.h"
#include "server/core/hub.h"
#include "server/core/identity.h"
#include "server/core/peers/whereabouts.h"

namespace pigeonhub::net {

namespace {

bool IsHeardOnTheBus(const TopologyRecord& map, const TopologyRecord::Hub& hub) {
  const std::optional<PeerId>& bus = map.hubs.front().bus;  // of this hub
  return bus.has_value() && hub.bus == bus && hub.hops == 1;
}

}  // namespace

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
  if (const auto parts = WebSocketUrl::Parse(url); parts.ok()) {
    json.Key("host").String(parts->host);
    json.Key("port").Number(parts->port);
  }
  if (members.empty()) return nullptr;
  return std::make_shared<const std::string>(std::move(members));
}

std::vector<HubRecord> KnownHubs(const Hub& hub) {
  std::vector<HubRecord> hubs = hub.ConnectedHubs();
  const bool is_hub = hub.Stats().is_hub;
  const TopologyRecord map = hub.Topology();
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
  for (const TopologyRecord::Hub& linked : map.hubs) {
    if (linked.self || (is_hub && !IsHeardOnTheBus(map, linked))) continue;
    HubRecord record;
    record.peer = linked.id;
    record.network = network;
    record.profile.members = HubMembers(linked.region, linked.capabilities, linked.url);
    add(std::move(record));
  }
  if (is_hub) return hubs;
  for (HubRecord& record : hub.whereabouts().HubsHeardOf()) add(std::move(record));
  return hubs;
}

}  // namespace pigeonhub::net
