// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_share.h"

#include <cstddef>
#include <set>

namespace pigeonhub {
namespace {

// What this hub keeps for another one, but for its peers.
size_t BesidePeers(const MeshHub& hub) { return hub.wants.bytes() + hub.talk.waiting_bytes(); }

// Of how many parts one is the hub's, which is null for a reference hub: all links have equal
// parts, and all hubs behind a link equal parts of that.
size_t PartsFor(const MeshHub* hub, const RemotePeerTable& remote, const MeshHubTable& mesh_hubs) {
  std::set<PeerId> next_hops;
  size_t reference_hubs = remote.paths();
  size_t beside = hub == nullptr ? 1 : 0;
  for (const auto& [id, other] : mesh_hubs.all()) {
    if (!other->up) continue;
    next_hops.insert(other->next_hop);
    if (remote.HasPath(other->path)) --reference_hubs;
    if (hub != nullptr && other->next_hop == hub->next_hop) ++beside;
  }
  return (next_hops.size() + reference_hubs) * beside;
}

}  // namespace

bool HasShareLeft(const Limits& limits, const RemotePeerTable& remote,
                  const MeshHubTable& mesh_hubs, PathId path) {
  const MeshHub* hub = mesh_hubs.On(path);
  const size_t own = remote.BytesOn(path) + (hub == nullptr ? 0 : BesidePeers(*hub));
  if (own >= limits.hub_share) return false;
  size_t together = remote.bytes();
  for (const auto& [id, other] : mesh_hubs.all()) together += BesidePeers(*other);
  const size_t half = limits.hub_shares / 2;
  return together < half || own * PartsFor(hub, remote, mesh_hubs) < half;
}

}  // namespace pigeonhub
