// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "server/core/time.h"
#include "server/net/loop/timer_wheel.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::net {

// How late the timer of a loop came within the last minute. Note is called by the loop, AddTo by
// any thread.
class RecentLag {
 public:
  static constexpr Duration kWindow = std::chrono::minutes(1);

  explicit RecentLag(SteadyTime now) : last_(now) {}

  // The timer came at `now`, so much too late.
  void Note(SteadyTime now, Duration late) ABSL_LOCKS_EXCLUDED(mutex_);

  // Appends each of the last minute. A loop that stands still is as late as it would be if it came
  // now.
  void AddTo(std::vector<Duration>& lags, SteadyTime now) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Sample {
    SteadyTime at;
    Duration late{};
  };

  mutable Mutex mutex_;
  SteadyTime last_ ABSL_GUARDED_BY(mutex_);
  // The timer comes at most once a tick.
  std::array<Sample, kWindow / TimerWheel::kTick> samples_ ABSL_GUARDED_BY(mutex_);
  size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Of many: the longest, and the one that 99 of 100 do not pass. Zero for none.
struct LagSummary {
  Duration p99{};
  Duration max{};
};
LagSummary Summarize(std::vector<Duration> lags);

}  // namespace pigeonhub::net
