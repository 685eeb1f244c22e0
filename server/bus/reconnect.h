// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include "server/core/random.h"
#include "server/core/time.h"

namespace pigeonhub::bus {

// When the next broker is tried, and which: after 0 to 100 ms at random, twice as long after each
// failure, at most 1.5 s. Hubs that lost one broker at once so come back one after the other.
class Reconnect {
 public:
  explicit Reconnect(uint64_t seed) : random_(seed) {}

  // A round of tries failed; how long to wait before the next.
  Duration NextWait() {
    constexpr unsigned kMostDoublings = 4;
    const auto most = std::min(kFirst * (1 << failures_), kLongest);
    failures_ = std::min(failures_ + 1, kMostDoublings);
    return std::chrono::microseconds(random_.Below(static_cast<uint64_t>(most.count()) + 1));
  }
  void Succeeded() { failures_ = 0; }

  // In an order of its own each time.
  template <typename T>
  void Shuffle(std::vector<T>& servers) {
    for (size_t left = servers.size(); left > 1; --left) {
      std::swap(servers[left - 1], servers[random_.Below(left)]);
    }
  }

 private:
  static constexpr std::chrono::microseconds kFirst = std::chrono::milliseconds(100);
  static constexpr std::chrono::microseconds kLongest = std::chrono::milliseconds(1500);

  Random random_;
  unsigned failures_ = 0;
};

}  // namespace pigeonhub::bus
