// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// Pairs of a hub and a namespace that are remembered for 20 to 40 s. If there are too many, every
// pair counts as one of them until they are forgotten. Of a name only a hash is kept, so that long
// names take no memory: should two names have the same, one answer too many is given.
class RecentPairs {
 public:
  void Add(PathId hub, std::string_view network, SteadyTime now) {
    Forget(now);
    if (young_.all) return;
    young_.pairs.insert(PairOf(hub, network));
    if (young_.pairs.size() < kMost) return;
    young_ = {{}, true};
  }
  // Whether it was added. It is forgotten then.
  bool Take(PathId hub, std::string_view network, SteadyTime now) {
    Forget(now);
    const Pair pair = PairOf(hub, network);
    const bool was_young = young_.pairs.erase(pair) > 0;
    const bool was_old = old_.pairs.erase(pair) > 0;
    return was_young || was_old || young_.all || old_.all;
  }
  size_t size() const { return young_.pairs.size() + old_.pairs.size(); }

 private:
  static constexpr size_t kMost = 50'000;
  static constexpr Duration kGeneration = std::chrono::seconds(20);

  using Pair = std::pair<PathId, size_t>;
  static Pair PairOf(PathId hub, std::string_view network) {
    return {hub, absl::HashOf(absl::string_view(network.data(), network.size()))};
  }
  struct Generation {
    absl::flat_hash_set<Pair> pairs;
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
