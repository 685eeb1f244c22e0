// SPDX-License-Identifier: Apache-2.0

#include "server/core/inspect.h"

#include <algorithm>
#include <string>

namespace pigeonhub {
namespace {

PeerRecord RecordOf(const Peer& peer) {
  PeerRecord record{
      peer.id,           peer.order,        peer.network == nullptr ? nullptr : peer.network->name,
      peer.profile,      peer.is_hub,       peer.address,
      peer.connected_at, peer.announced_at, peer.last_activity,
      peer.claims};
  record.messages = peer.messages;
  record.bytes = peer.bytes;
  record.signals_sent = peer.signals_sent;
  record.signals_received = peer.signals_received.value();
  record.connection.id = peer.connection.value();
  return record;
}

NamespaceRecord RecordOf(const Namespace& network, bool is_hub_mesh) {
  return {*network.name, network.local.size(),    network.remote.size(),
          is_hub_mesh,   network.signals.value(), network.signal_bytes.value(),
          network.joins, network.leaves};
}

}  // namespace

size_t Inspect::remote_peers() const {
  if (remote_.size() == 0) return 0;
  const Namespace* mesh = namespaces_.Find(self_.mesh_namespace());
  return remote_.size() - (mesh == nullptr ? 0 : mesh->remote.size());
}

HubStats Inspect::Stats() const {
  HubStats stats;
  stats.serving = self_.serving();
  stats.turning_away = capacity_.TurningAway();
  stats.is_hub = options_.is_hub;
  stats.hub_peer_id = options_.hub_peer_id;
  stats.hub_mesh_namespace = self_.mesh_namespace();
  stats.connections = peers_.size();
  stats.peers = peers_.size();
  stats.hubs = registry_.records().size();
  stats.networks = namespaces_.with_local_members();
  stats.remote_peers = remote_peers();
  stats.max_connections = options_.limits.max_connections;
  if (!self_.drained().empty()) stats.drained = {self_.drained(), drain_.left()};
  return stats;
}

std::vector<HubRecord> Inspect::ConnectedHubs(const std::optional<PeerId>& exclude) const {
  std::vector<HubRecord> hubs;
  for (const HubRecord& record : registry_.records()) {
    if (exclude == record.peer) continue;
    hubs.push_back(record);
    // The busiest field is kept with the peer and not with the record.
    hubs.back().last_activity = peers_.Find(record.peer)->last_activity;
  }
  return hubs;
}

std::vector<HubRecord> Inspect::HubsExpected() const {
  std::vector<HubRecord> hubs = registry_.grants();
  std::erase_if(hubs, [&](const HubRecord& hub) { return peers_.Find(hub.peer) != nullptr; });
  std::sort(hubs.begin(), hubs.end(),
            [](const HubRecord& a, const HubRecord& b) { return a.order < b.order; });
  return hubs;
}

PeerPage Inspect::ListPeers(const PeerFilter& filter, uint64_t after_order,
                            size_t max_looked_at) const {
  PeerPage page;
  const auto& peers = peers_.in_order();
  auto it = peers.upper_bound(after_order);
  for (size_t looked_at = 0; it != peers.end() && looked_at < max_looked_at; ++it, ++looked_at) {
    const Peer& peer = *it->second;
    page.next_order = peer.order;
    if (filter.hubs_only && !peer.is_hub) continue;
    if (!peer.id.text().starts_with(filter.id_prefix)) continue;
    if (!filter.network.empty() &&
        (peer.network == nullptr || *peer.network->name != filter.network)) {
      continue;
    }
    if (!HasAttributes(peer.claims.get(), filter.attributes)) continue;
    page.peers.push_back(RecordOf(peer));
  }
  page.more = it != peers.end();
  return page;
}

std::optional<PeerRecord> Inspect::FindPeer(const PeerId& peer) const {
  const Peer* found = peers_.Find(peer);
  if (found == nullptr) return std::nullopt;
  return RecordOf(*found);
}

std::vector<NamespaceRecord> Inspect::ListNamespaces(const std::string& prefix,
                                                     const std::string& after, size_t limit) const {
  std::vector<NamespaceRecord> records;
  const auto& networks = namespaces_.in_order();
  auto it = after < prefix ? networks.lower_bound(prefix) : networks.upper_bound(after);
  for (; it != networks.end() && records.size() < limit; ++it) {
    if (!it->first.starts_with(prefix)) break;
    records.push_back(RecordOf(*it->second, self_.IsHubMesh(*it->second)));
  }
  return records;
}

std::optional<NamespaceRecord> Inspect::FindNamespace(const std::string& name) const {
  const Namespace* network = namespaces_.Find(name);
  if (network == nullptr) return std::nullopt;
  return RecordOf(*network, self_.IsHubMesh(*network));
}

}  // namespace pigeonhub
