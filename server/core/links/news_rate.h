// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>

#include "server/core/time.h"

namespace pigeonhub {

// How often a link may bring news that cost this hub work: one every `each`, and at once as many as
// there are when two meshes become one.
class NewsRate {
 public:
  // `burst`: entries at once.
  NewsRate(Duration each, size_t burst) : each_(each), burst_(burst) {}

  // Counts an entry, unless there were too many.
  bool Admit(SteadyTime now) {
    const SteadyTime next = std::max(full_at_, now) + each_;
    if (next - now > each_ * burst_) return false;
    full_at_ = next;
    return true;
  }
  // The entry that was admitted last counts as so many more.
  void Charge(size_t more) { full_at_ += each_ * more; }

 private:
  Duration each_;
  size_t burst_;
  SteadyTime full_at_;  // when the whole burst is there again
};

}  // namespace pigeonhub
