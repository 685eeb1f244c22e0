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
  JudgeBus(turn.now.steady);
  map_news_.AnnounceSelf(turn);
  map_news_.SendMapToNewcomers(turn);
  for (const auto& link : links_.all()) {
    if (link->is_mesh() && !link->knows_map) map_news_.SendMap(turn, *link);
  }
  for (const auto& [id, node] : map_.others()) {
    if (quarantined_.Contains(id) || mesh_hubs_.Find(id) != nullptr) continue;
    conversations_.Begin(turn, id);
  }
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    hub->talk.Touch();
    reach_.Update(turn, *hub);
  }
  direct_links_.Dial(turn);
}

// Negative lists lie by ignorance. So whoever learns that somebody misses a hub, and does not hear
// it either, misses it at once; and one on the map that was never heard is missed after a while.
void MapChanges::JudgeBus(SteadyTime now) {
  if (!bus_.works()) return;
  for (const auto& [id, node] : map_.others()) {
    if (node->bus != bus_.name()) continue;
    bus_.Expect(id, now);
    for (const PeerId& missed : node->unheard) {
      if (map_.others().contains(missed)) (void)bus_.Miss(missed, now);
    }
  }
  bus_.ForgetMissed(now, [this](const PeerId& hub) { return map_.others().contains(hub); });
}

}  // namespace pigeonhub
