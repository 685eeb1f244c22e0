// SPDX-License-Identifier: Apache-2.0
//
// Time is an argument: nothing in core reads a clock.
#pragma once

#include <chrono>
#include <cstdint>

namespace pigeonhub {

using Duration = std::chrono::nanoseconds;
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// Milliseconds since the Unix epoch, the wire's unit for every timestamp.
using UnixMillis = int64_t;

// One moment on both clocks. Decisions use `steady`; `unix_ms` is only ever shown.
struct Now {
  SteadyTime steady;
  UnixMillis unix_ms = 0;
};

}  // namespace pigeonhub
