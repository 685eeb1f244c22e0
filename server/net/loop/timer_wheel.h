// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "server/core/time.h"

namespace pigeonhub::net {

// The deadlines of all connections of a loop. They are coarse and cheap to set, and cannot be
// canceled: an owner that no longer wants a deadline ignores it when it comes. A deadline beyond
// the horizon of the wheel comes early, and its owner sets it again.
//
// Not thread-safe.
class TimerWheel {
 public:
  // Deadlines come at most this late.
  static constexpr Duration kTick = std::chrono::milliseconds(100);
  static constexpr size_t kSlots = 512;

  explicit TimerWheel(SteadyTime now) : turned_to_(now) {}

  struct Deadline {
    uint64_t key = 0;
    SteadyTime at;
  };

  void Set(Deadline deadline) {
    const Duration ahead = deadline.at - turned_to_;
    // Rounded up, so that nothing comes before its time; at least one tick ahead.
    const size_t ticks =
        ahead <= kTick ? 1 : static_cast<size_t>((ahead + kTick - Duration(1)) / kTick);
    slots_[(position_ + std::min(ticks, kSlots - 1)) % kSlots].push_back(deadline);
  }

  // Calls `due(deadline)` for what has come due by `now`. It may set new deadlines.
  template <typename Due>
  void Turn(SteadyTime now, Due due) {
    while (now - turned_to_ >= kTick) {
      turned_to_ += kTick;
      position_ = (position_ + 1) % kSlots;
      std::vector<Deadline> slot;
      slot.swap(slots_[position_]);
      for (const Deadline& deadline : slot) due(deadline);
    }
  }

 private:
  SteadyTime turned_to_;
  size_t position_ = 0;
  std::vector<std::vector<Deadline>> slots_{kSlots};
};

}  // namespace pigeonhub::net
