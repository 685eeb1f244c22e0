// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <random>

#include "server/core/time.h"

namespace pigeonhub::history {

// Decides how long to wait after an attempt that failed. It neither waits nor reads a clock.
class RetrySchedule {
 public:
  // Doubled with each failure. A random part of each pause, up to a half, is cut off, so that the
  // webhooks of many hubs do not all come back at once to a receiver that has just started.
  static constexpr Duration kFirst = std::chrono::milliseconds(250);
  static constexpr Duration kLast = std::chrono::seconds(60);
  // What a receiver asks for (Retry-After) counts up to here: events wait in memory, where the
  // oldest make room.
  static constexpr Duration kMostAsked = std::chrono::minutes(5);

  explicit RetrySchedule(uint32_t seed) : random_(seed) {}

  // The pause after a failure, at least as long as asked for.
  Duration Fail(Duration asked);
  void Succeed() { longest_ = kFirst; }

 private:
  std::mt19937 random_;
  Duration longest_ = kFirst;
};

}  // namespace pigeonhub::history
