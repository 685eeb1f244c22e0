// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/map_changes.h"

#include <vector>

namespace pigeonhub {
namespace {

// What is applied may change the map again. It settles after two or three rounds; should it ever
// not, the next input goes on.
constexpr int kMostRounds = 8;

}  // namespace

void MapChanges::Apply(Turn& turn) {
  if (!map_.changed() || turn.now.steady < *map_.next_look()) return;
  for (int rounds = 0; map_.changed() && rounds < kMostRounds; ++rounds) ApplyOnce(turn);
  map_.LookAgainAt(turn.now.steady + options_.mesh_pace.look * map_.others().size());
}

void MapChanges::ApplyOnce(Turn& turn) {
  std::vector<PeerId> not_trusted;
  for (const auto& [id, node] : map_.others()) {
    if (!known_keys_.IsTrusted(*node)) not_trusted.push_back(id);
  }
  for (const PeerId& id : not_trusted) conversations_.Lose(turn, id);
  map_.TakeChanged();
  map_news_.AnnounceSelf(turn);
  for (const auto& link : links_.all()) {
    if (link->is_mesh() && !link->knows_map) map_news_.SendMap(turn, *link);
  }
  for (const auto& [id, node] : map_.others()) {
    if (quarantined_.Contains(id) || mesh_hubs_.Find(id) != nullptr) continue;
    conversations_.Begin(turn, id);
  }
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    hub->talk.Touch();
    const HubMap::Route* route = map_.RouteTo(id);
    if (route == nullptr) {
      if (!hub->lost.has_value()) {
        hub->lost = MeshHub::Lost{turn.now.steady + options_.link_grace, turn.now.steady};
        known_keys_.OnRouteLost(id);
      }
      continue;
    }
    const bool new_route = hub->lost.has_value() || hub->next_hop != route->next;
    hub->lost.reset();
    hub->next_hop = route->next;
    if (!hub->up) {
      hub->up = true;
      remote_presence_.AddPath(hub->path);
      subscriptions_.Greet(*hub);
    } else if (new_route) {
      // What was on its way over the old one may be lost.
      frame_sender_.Resend(turn, *hub, /*at_once=*/true);
    }
    conversations_.Show(turn, *hub);
  }
  direct_links_.Dial(turn);
}

}  // namespace pigeonhub
