// SPDX-License-Identifier: Apache-2.0

// Time is an argument: nothing in core reads a clock.

#pragma once

#include <chrono>
#include <cstdint>

#include "pigeonhub/time.h"

namespace pigeonhub {

using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// One moment on both clocks. Decisions use `steady`; `unix_ms` is only ever shown.
struct Now {
  SteadyTime steady;
  UnixMillis unix_ms = 0;
};

// What the clock that is shown said at that time.
inline UnixMillis WallTime(const Now& now, SteadyTime at) {
  return now.unix_ms -
         std::chrono::duration_cast<std::chrono::milliseconds>(now.steady - at).count();
}

// Microseconds of the steady clock: what hubs tell each other.
inline uint64_t MicrosOf(SteadyTime time) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count());
}

}  // namespace pigeonhub
