// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "server/core/counters.h"
#include "server/core/time.h"
#include "server/net/loop/recent_lag.h"
#include "server/net/loop/standstill.h"
#include "server/net/loop/timer_wheel.h"

namespace pigeonhub::net {

// The deadlines of a loop's connections. The loop's timer drives them; how late it comes is
// measured, and after a standstill of this process nobody is judged for a while.
//
// Not thread-safe, but for lag() and recent_lag().
class Deadlines {
 public:
  explicit Deadlines(SteadyTime now)
      : wheel_(now), recent_lag_(now), next_tick_(now + TimerWheel::kTick) {}

  void Set(TimerWheel::Deadline deadline) { wheel_.Set(deadline); }

  // Call it every TimerWheel::kTick. Calls `due(deadline)` for what has come due by `now`.
  template <typename Due>
  void Tick(SteadyTime now, Due due) {
    const Duration late = std::max(now - next_tick_, Duration());
    lag_.Observe(std::chrono::duration<double>(late).count());
    recent_lag_.Note(now, late);
    next_tick_ = now + TimerWheel::kTick;
    if (!standstill_.TooSoon(now, late)) wheel_.Turn(now, due);
  }

  // How late each tick came. From any thread.
  const Histogram& lag() const { return lag_; }
  const RecentLag& recent_lag() const { return recent_lag_; }

 private:
  TimerWheel wheel_;
  Standstill standstill_;
  Histogram lag_;
  RecentLag recent_lag_;
  SteadyTime next_tick_;
};

}  // namespace pigeonhub::net
