// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>

namespace pigeonhub::bench {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Nanoseconds = std::chrono::nanoseconds;

inline double Seconds(Nanoseconds span) { return std::chrono::duration<double>(span).count(); }

inline Nanoseconds FromSeconds(double seconds) {
  return std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>(seconds));
}

}  // namespace pigeonhub::bench
