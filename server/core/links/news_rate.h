// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "server/core/time.h"

namespace pigeonhub {

// How often a link may bring news that changes the map, because routes are worked out anew then:
// ten entries a second, and at once as many as there are when two meshes become one.
class NewsRate {
 public:
  // `burst`: entries at once.
  explicit NewsRate(size_t burst) : burst_(burst) {}

  bool Admit(SteadyTime now) {
    const SteadyTime next = std::max(full_at_, now) + kEach;
    if (next - now > kEach * burst_) return false;
    full_at_ = next;
    return true;
  }

 private:
  static constexpr Duration kEach = std::chrono::milliseconds(100);

  size_t burst_;
  SteadyTime full_at_;  // when the whole burst is there again
};

}  // namespace pigeonhub
