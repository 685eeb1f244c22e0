// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>

#include "server/core/ids.h"

namespace pigeonhub {

// How far the clock of another hub is ahead of ours, as questions for its time tell. What was asked
// and answered in the shortest time tells best (as in NTP): the clock there stood in between, so
// the error is at most half of that time. Old answers do not count, as clocks drift.
class HubClock {
 public:
  struct Reading {
    int64_t ahead_us = 0;
    int64_t error_us = 0;
  };

  // All on the clock of this hub, but for `there_us`.
  void Note(uint64_t asked_us, uint64_t there_us, uint64_t answered_us) {
    if (answered_us < asked_us) return;
    const auto way = static_cast<int64_t>(answered_us - asked_us);
    const auto middle = static_cast<int64_t>(asked_us) + way / 2;
    const Reading reading{static_cast<int64_t>(there_us) - middle, (way + 1) / 2};
    // It is another clock: the machine there was started again.
    const std::optional<Reading> known = Read();
    if (known.has_value() && std::abs(known->ahead_us - reading.ahead_us) >
                                 known->error_us + reading.error_us + kMostDriftUs) {
      noted_ = 0;
    }
    readings_[noted_++ % kKept] = reading;
  }
  // Empty before the first answer.
  std::optional<Reading> Read() const {
    if (noted_ == 0) return std::nullopt;
    return *std::min_element(
        readings_.begin(), readings_.begin() + static_cast<ptrdiff_t>(std::min(noted_, kKept)),
        [](const Reading& a, const Reading& b) { return a.error_us < b.error_us; });
  }

 private:
  static constexpr size_t kKept = 8;
  static constexpr int64_t kMostDriftUs = 20'000;

  std::array<Reading, kKept> readings_{};
  size_t noted_ = 0;
};

// The clocks of hubs that are asked for handshakes.
using HubClocks = std::map<PeerId, HubClock>;

}  // namespace pigeonhub
