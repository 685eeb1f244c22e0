// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_follower.h"

#include <utility>

namespace pigeonhub {

EventFollower::EventFollower(EventLog& log, uint64_t from, Pace pace, std::function<void()> look)
    : log_(log),
      pace_(pace),
      look_(std::move(look)),
      thread_([this, from](std::stop_token stop) { Run(stop, from); }) {}

EventFollower::~EventFollower() {
  thread_.request_stop();
  thread_.join();
}

void EventFollower::Run(const std::stop_token& stop, uint64_t from) {
  while (!stop.stop_requested()) {
    log_.WaitFor(from, pace_.patience, stop);
    from = log_.next();
    look_();
    if (pace_.breath > Duration::zero()) std::this_thread::sleep_for(pace_.breath);
  }
  look_();
}

}  // namespace pigeonhub
