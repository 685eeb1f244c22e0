// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

#include "server/core/time.h"

namespace pigeonhub::net {

// Whether it is too soon to judge connections, because this process itself has just stood still:
// stopped, suspended with its machine, or starved. What they said meanwhile waits in the sockets,
// and what they were told in the queues, which looks like silence and slow reading.
class Standstill {
 public:
  static constexpr Duration kShortest = std::chrono::seconds(2);
  static constexpr Duration kCatchUp = std::chrono::seconds(1);

  // Asked at each tick, which came `late`. Never twice in a row for longer than kCatchUp, so that a
  // process that is always late judges, too.
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
