// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_share.h"

#include <cstddef>
#include <set>

namespace pigeonhub {
namespace {

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
  const Wants& wants = mesh_hubs.wants();
  const size_t waits = hub == nullptr ? 0 : hub->talk.memory().rest;
  const size_t own = remote.BytesOn(path) + wants.BytesOf(path) + waits;
  if (own >= limits.hub_share) return false;
  const size_t half = limits.hub_shares / 2;
  // Nearly always, so that no hub has to be looked at.
  if (remote.bytes() + wants.bytes() + mesh_hubs.memory().rest < half) return true;
  return own * PartsFor(hub, remote, mesh_hubs) < half;
}

}  // namespace pigeonhub
