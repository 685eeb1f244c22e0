// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <thread>

#include "server/core/time.h"
#include "server/runtime/event_log.h"

namespace pigeonhub {

// A thread that calls `look` whenever events were appended to the log. It carries no events: `look`
// reads the log itself, or asks the hub how things are.
class EventFollower {
 public:
  struct Pace {
    // The pause after each look. During a rush of events one look then serves several of them.
    Duration breath{};
    // Without an event it looks after so long.
    Duration patience = std::chrono::hours(24);
  };

  // `from` is the number of the first event that nobody has looked at yet. `log` outlives this.
  EventFollower(EventLog& log, uint64_t from, Pace pace, std::function<void()> look);
  // Looks a last time, so that no event is left.
  ~EventFollower();
  EventFollower(const EventFollower&) = delete;
  EventFollower& operator=(const EventFollower&) = delete;

 private:
  void Run(const std::stop_token& stop, uint64_t from);

  EventLog& log_;
  const Pace pace_;
  const std::function<void()> look_;
  std::jthread thread_;
};

}  // namespace pigeonhub
