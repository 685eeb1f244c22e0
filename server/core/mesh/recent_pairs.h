// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// Pairs of a hub and a namespace that are remembered for 20 to 40 s. If there are too many, every
// pair counts as one of them until they are forgotten.
class RecentPairs {
 public:
  void Add(PathId hub, std::string_view network, SteadyTime now) {
    Forget(now);
    if (young_.all) return;
    young_.pairs.emplace(hub, network);
    if (young_.pairs.size() < kMost) return;
    young_ = {{}, true};
  }
  // Whether it was added. It is forgotten then.
  bool Take(PathId hub, std::string_view network, SteadyTime now) {
    Forget(now);
    const std::pair<PathId, std::string> pair(hub, network);
    const bool was_young = young_.pairs.erase(pair) > 0;
    const bool was_old = old_.pairs.erase(pair) > 0;
    return was_young || was_old || young_.all || old_.all;
  }
  size_t size() const { return young_.pairs.size() + old_.pairs.size(); }

 private:
  static constexpr size_t kMost = 50'000;
  static constexpr Duration kGeneration = std::chrono::seconds(20);

  struct Generation {
    absl::flat_hash_set<std::pair<PathId, std::string>> pairs;
    bool all = false;
  };

  void Forget(SteadyTime now) {
    if (now - began_ < kGeneration) return;
    old_ = now - began_ < 2 * kGeneration ? std::move(young_) : Generation();
    young_ = {};
    began_ = now;
  }

  Generation young_;
  Generation old_;
  SteadyTime began_;  // of the young one
};

}  // namespace pigeonhub
