// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "server/core/options.h"
#include "server/runtime/clock.h"

namespace pigeonhub {

// Hubs among themselves do not wait for a clock that a test turns by hand.
inline constexpr MeshPace kAtOnce{Duration(0), Duration(0)};

// A clock that a test turns by hand. Begins at 2026-11-22T18:00:00.123Z. Thread-safe.
class ManualClock final : public Clock {
 public:
  Now Read() const override {
    const Duration passed(passed_.load());
    return {SteadyTime(std::chrono::hours(1)) + passed,
            kBegin + set_forward_.load() +
                std::chrono::duration_cast<std::chrono::milliseconds>(passed).count()};
  }
  void Advance(Duration by) { passed_ += by.count(); }
  // Somebody sets the clock of the wall, forward or back; the other one goes on.
  void SetWallForward(std::chrono::milliseconds by) { set_forward_ += by.count(); }

 private:
  static constexpr UnixMillis kBegin = 1795370400123;
  std::atomic<int64_t> passed_{0};
  std::atomic<int64_t> set_forward_{0};  // ms
};

}  // namespace pigeonhub
