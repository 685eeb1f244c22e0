// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_share.h"

#include <cstddef>

namespace pigeonhub {

bool HasShareLeft(const Limits& limits, const RemotePeerTable& remote,
                  const MeshHubTable& mesh_hubs, PathId path) {
  const MeshHub* hub = mesh_hubs.On(path);
  const Wants& wants = mesh_hubs.wants();
  const size_t own = remote.BytesOn(path) + wants.BytesOf(path);
  if (own >= limits.hub_share) return false;
  // Nearly always, so that nobody has to be counted.
  if (hub == nullptr || remote.bytes() + wants.bytes() < 2 * limits.hub_share ||
      own * mesh_hubs.all().size() < 2 * limits.hub_share) {
    return true;
  }
  size_t hubs = 0;
  size_t together = 0;
  for (const auto& [id, other] : mesh_hubs.all()) {
    if (!other->up || other->next_hop != hub->next_hop) continue;
    ++hubs;
    together += remote.BytesOn(other->path) + wants.BytesOf(other->path);
  }
  return together < 2 * limits.hub_share || own * hubs < 2 * limits.hub_share;
}

}  // namespace pigeonhub
