// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/inspect_links.h"

#include <algorithm>
#include <map>
#include <utility>

#include "server/base/masked_url.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {

std::vector<LinkRecord> InspectLinks::Links() const {
  std::vector<LinkRecord> records;
  for (const auto& dial_target : dial_targets_.all()) {
    LinkRecord& record = records.emplace_back();
    record.url = MaskedUrl(dial_target->url);
    record.hub = dial_target->hub;
    record.outgoing = true;
    record.bootstrap = dial_target->kind == DialTarget::Kind::kBootstrap;
    record.is_default = dial_target->is_default;
    record.state = dial_target->state;
    record.attempt = dial_target->attempt;
    record.since = dial_target->since;
    record.last_attempt = dial_target->last_attempt;
    record.next_attempt = dial_target->next_attempt;
    record.end = dial_target->end;
    if (!dial_target->connection.has_value()) continue;
    if (const Link* link = links_.FindDialed(*dial_target->connection)) {
      paths_.Describe(*link, record);
    }
  }
  for (const auto& link : links_.all()) {
    if (link->peer == nullptr) continue;
    LinkRecord& record = records.emplace_back();
    record.since = link->since;
    paths_.Describe(*link, record);
  }
  return records;
}

std::optional<BusRecord> InspectLinks::Bus() const {
  std::optional<BusRecord> record = bus_.Describe();
  if (!record.has_value()) return record;
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    const HubMap::Route* route = map_.RouteTo(id);
    if (route != nullptr && route->begins_on_bus)
      record->remote_peers += paths_.PeersBehind(hub->path);
  }
  return record;
}

bool InspectLinks::TellsOfLinks(const PeerId& hub) const {
  return hub == self_.id() ? self_.is_hub() : map_.others().contains(hub);
}

TopologyRecord InspectLinks::Topology() const {
  TopologyRecord topology;
  const auto add = [&](const PeerId& id, const HubDetails* details) -> TopologyRecord::Hub& {
    TopologyRecord::Hub& hub = topology.hubs.emplace_back();
    hub.id = id;
    if (details != nullptr) {
      hub.region = details->region;
      hub.capabilities = details->capabilities;
      hub.url = MaskedUrl(details->url);
    }
    if (const Profile* grant = registry_.FindGrant(id); grant != nullptr && grant->hub != nullptr) {
      if (!grant->hub->region.empty()) hub.region = grant->hub->region;
      if (!grant->hub->capabilities.empty()) hub.capabilities = grant->hub->capabilities;
    }
    return hub;
  };
  // Who tells of a link: the lower end, the other one.
  struct Told {
    bool by_lower = false;
    bool by_higher = false;
  };
  std::map<TopologyRecord::Edge, Told> edges;
  const auto link = [&](const PeerId& teller, const PeerId& other) {
    Told& told = edges[{std::min(teller, other), std::max(teller, other)}];
    (teller < other ? told.by_lower : told.by_higher) = true;
  };
  const PeerId& self = self_.id();
  const HubDetails own = self_.Describe();
  TopologyRecord::Hub& us = add(self, &own);
  us.self = us.speaks_mesh = true;
  us.peers = peers_.size() - registry_.records().size();
  if (map_.own() != nullptr) {
    us.bus = map_.own()->bus;
    us.unheard = map_.own()->unheard;
  }
  std::map<PeerId, const Link*> reference;
  for (const auto& one : links_.all()) {
    if (!one->hub.has_value()) continue;
    link(self, *one->hub);
    if (!one->is_mesh()) reference[*one->hub] = one.get();
  }
  for (const auto& [id, node] : map_.others()) {
    const HubMap::Route* route = map_.RouteTo(id);
    if (route == nullptr) continue;
    TopologyRecord::Hub& hub = add(id, node->profile.hub.get());
    hub.hops = route->hops;
    hub.peers = node->peers;
    if (const MeshHub* known = mesh_hubs_.Find(id)) hub.reported_at = known->reported_at;
    hub.speaks_mesh = true;
    hub.bus = node->bus;
    hub.unheard = node->unheard;
    for (const HubNode::Neighbor& neighbor : node->neighbors) {
      if (neighbor.hub == self || map_.RouteTo(neighbor.hub) != nullptr) {
        link(id, neighbor.hub);
      }
    }
  }
  for (const auto& [id, one] : reference) {
    TopologyRecord::Hub& hub =
        add(id, one->peer == nullptr ? nullptr : one->peer->profile.hub.get());
    hub.hops = 1;
    hub.peers = paths_.PeersBehind(one->path);
  }
  topology.lost = lost_hubs_.All();
  for (TopologyRecord::LostHub& hub : topology.lost) {
    hub.url = MaskedUrl(hub.url);
    const Profile* grant = registry_.FindGrant(hub.id);
    if (grant != nullptr && grant->hub != nullptr && !grant->hub->region.empty()) {
      hub.region = grant->hub->region;
    }
  }
  std::sort(topology.hubs.begin() + 1, topology.hubs.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const auto& [edge, told] : edges) {
    topology.edges.push_back(edge);
    if (told.by_lower && told.by_higher) continue;
    const auto& [teller, silent] =
        told.by_lower ? std::pair(edge.a, edge.b) : std::pair(edge.b, edge.a);
    if (TellsOfLinks(silent)) topology.one_way.push_back({teller, silent});
  }
  return topology;
}

}  // namespace pigeonhub
