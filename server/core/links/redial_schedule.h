// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>

#include "server/core/random.h"
#include "server/core/time.h"

namespace pigeonhub {

// How long this hub waits before it dials a lost or failed link again: a random time between 500 ms
// and the reconnect interval (at first 2 s), so that hubs that lost the same neighbor do not come
// back as one crowd; after too many failures in a row, 15 s.
class RedialSchedule {
 public:
  // After `max_attempts` failures in a row attempts are rare. 0: never.
  RedialSchedule(Duration reconnect_interval, unsigned max_attempts)
      : reconnect_interval_(reconnect_interval), max_attempts_(max_attempts) {}

  // `failures` are those in a row, with the last one.
  bool IsRare(unsigned failures) const { return max_attempts_ > 0 && failures >= max_attempts_; }
  // `asked_for` is the time that a refusal asked for. It gets that up to 10 minutes.
  Duration WaitAfter(unsigned failures, Duration asked_for, Random& random) const;

  // Between attempts that are rare.
  static constexpr Duration kRareWait = std::chrono::seconds(15);

 private:
  const Duration reconnect_interval_;
  const unsigned max_attempts_;
};

}  // namespace pigeonhub
