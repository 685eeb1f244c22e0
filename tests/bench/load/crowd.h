// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/load/scenario.h"

namespace pigeonhub::bench {

inline constexpr size_t kCrowdGroup = 5;

// Strangers to a measurement: connected, announced in namespaces of five, then silent. False if
// they did not all meet before the deadline. What they are told from then on is thrown away.
inline bool Gather(size_t peers, Bench& bench, std::vector<std::unique_ptr<Group>>& crowd) {
  constexpr size_t kJoiningAtOnce = 16;
  const size_t groups = peers / kCrowdGroup;
  size_t met = 0;
  while (met < groups) {
    while (crowd.size() < groups && crowd.size() - met < kJoiningAtOnce) {
      crowd.push_back(std::make_unique<Group>(bench.swarm, bench.tally, bench.random,
                                              "bench-crowd-" + std::to_string(crowd.size()),
                                              kCrowdGroup));
    }
    const bool progress = bench.swarm.PollUntil(
        bench.deadline, [&] { return !bench.tally.clean() || crowd[met]->met(); });
    if (!progress || !bench.tally.clean()) {
      bench.tally.Note(bench.tally.lost, "the crowd did not gather");
      return false;
    }
    while (met < crowd.size() && crowd[met]->met()) crowd[met++]->StopListening();
  }
  return true;
}

}  // namespace pigeonhub::bench
