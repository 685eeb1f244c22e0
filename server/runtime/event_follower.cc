// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_follower.h"

#include <utility>

namespace pigeonhub {

EventFollower::EventFollower(EventLog& log, uint64_t from, Pace pace, std::function<void()> look,
                             Rest rest)
    : log_(log),
      pace_(pace),
      look_(std::move(look)),
      rest_(std::move(rest)),
      thread_([this, from](const std::stop_token& stop) { Run(stop, from); }) {}

EventFollower::~EventFollower() {
  thread_.request_stop();
  thread_.join();
}

void EventFollower::Run(const std::stop_token& stop, uint64_t from) {
  for (;;) {
    log_.WaitFor(from, pace_.patience, stop);
    if (stop.stop_requested()) break;
    from = log_.next();
    look_();
    rest_(pace_.breath, stop);
  }
  look_();
}

}  // namespace pigeonhub
