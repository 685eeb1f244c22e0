// SPDX-License-Identifier: Apache-2.0

#include "server/core/gauges.h"

#include <array>

namespace pigeonhub {

void Gauges::Update() {
  capacity_.Update(peers_.size());
  counters_.turning_away.Set(static_cast<uint64_t>(capacity_.TurningAway()));
  counters_.connections.Set(peers_.size());
  counters_.peers.Set(peers_.size());
  counters_.paused.Set(rates_.paused());
  counters_.hubs.Set(registry_.records().size());
  counters_.networks.Set(namespaces_.with_local_members());
  counters_.remote_peers.Set(inspect_.remote_peers());
  counters_.remote_bytes.Set(remote_.bytes() + mesh_hubs_.wants().bytes());
  counters_.history_bytes.Set(history_.bytes() + departures_.bytes() + lost_hubs_.bytes());
  counters_.bans.Set(bans_.size());
  counters_.policies.Set(policies_.size());
  counters_.bus_up.Set(bus_.works() ? 1 : 0);
  counters_.bus_hubs.Set(bus_.heard().size());
  counters_.question_bytes.Set(questions_.bytes());
  std::array<size_t, kLinkStateCount> in_state{};
  for (const auto& dial_target : dial_targets_.all())
    ++in_state[static_cast<size_t>(dial_target->state)];
  size_t for_links = mesh_hubs_.memory().signals;
  for (const auto& link : links_.all()) {
    for_links += link->waiting.bytes();
    // It dialed us.
    if (link->peer != nullptr) ++in_state[static_cast<size_t>(LinkRecord::State::kUp)];
  }
  counters_.link_bytes.Set(for_links);
  for (size_t state = 0; state < kLinkStateCount; ++state) {
    counters_.links[state].Set(in_state[state]);
  }
  counters_.serving.Set(static_cast<uint64_t>(self_.serving()));
}

}  // namespace pigeonhub
