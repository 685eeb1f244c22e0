// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <thread>

#include "server/core/time.h"
#include "server/runtime/event_log.h"
#include "server/runtime/pause.h"

namespace pigeonhub {

// A thread that calls `look` whenever events were appended to the log. It carries no events: `look`
// reads the log itself, or asks the hub how things are.
//
// After each look it rests for a breath, and only then waits to be woken. So the first event after
// a quiet time is looked at once, and those of a rush in batches: their threads wake nobody.
class EventFollower {
 public:
  struct Pace {
    // How long it rests: so late an event may be looked at.
    Duration breath = std::chrono::milliseconds(5);
    // Without an event it looks after so long.
    Duration patience = std::chrono::hours(24);
  };

  // What the thread does between a look and the next wait; ends soon once `stop` is requested.
  using Rest = std::function<void(Duration breath, const std::stop_token& stop)>;

  // `from` is the number of the first event that nobody has looked at yet. `log` outlives this.
  EventFollower(EventLog& log, uint64_t from, Pace pace, std::function<void()> look,
                Rest rest = Pause);
  // Looks a last time, so that no event is left.
  ~EventFollower();
  EventFollower(const EventFollower&) = delete;
  EventFollower& operator=(const EventFollower&) = delete;

 private:
  void Run(const std::stop_token& stop, uint64_t from);

  EventLog& log_;
  const Pace pace_;
  const std::function<void()> look_;
  const Rest rest_;
  std::jthread thread_;
};

}  // namespace pigeonhub
