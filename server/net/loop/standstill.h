// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <optional>

#include "server/core/time.h"

namespace pigeonhub::net {

// Whether this process has just stood still itself, because it was stopped, suspended with its
// machine, or starved. Then it is too soon to judge connections: what peers sent meanwhile still
// waits in the sockets, which looks like silence, and what this hub sent still waits in the queues,
// which looks like slow reading.
class Standstill {
 public:
  static constexpr Duration kShortest = std::chrono::seconds(2);
  static constexpr Duration kCatchUp = std::chrono::seconds(1);

  // Ask it at each tick, which came `late`. True for at most kCatchUp in a row, so that a process
  // that is always late judges, too.
  bool TooSoon(SteadyTime now, Duration late) {
    if (!until_.has_value() && late >= kShortest) until_ = now + kCatchUp;
    if (until_.has_value() && now < *until_) return true;
    until_.reset();
    return false;
  }

 private:
  std::optional<SteadyTime> until_;
};

}  // namespace pigeonhub::net
