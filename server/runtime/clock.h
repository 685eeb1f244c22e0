// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/time.h"

namespace pigeonhub {

// Where the runtime gets its moments from. Thread-safe. Tests hand in one that they turn by hand.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Now Read() const = 0;
};

class SystemClock final : public Clock {
 public:
  Now Read() const override {
    using std::chrono::duration_cast;
    using std::chrono::milliseconds;
    return {
        std::chrono::steady_clock::now(),
        duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
  }
};

}  // namespace pigeonhub
