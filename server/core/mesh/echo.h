// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "server/core/time.h"

namespace pigeonhub {

// Whether this hub hears itself on a bus: what it says to all comes back to it, too. Everything
// that it says so has a number.
class Echo {
 public:
  // The connection is new, and nothing was said on it.
  void Begin(SteadyTime now) {
    said_.clear();
    heard_at_ = heard_said_at_ = now;
  }

  // The number of what is said now.
  uint64_t Say(SteadyTime now) {
    said_.push_back({++last_, now});
    if (said_.size() > kMostUnheard) said_.pop_front();
    return last_;
  }
  // False for what was never said, or was heard before.
  bool Hear(uint64_t number, SteadyTime now) {
    if (said_.empty() || number > said_.back().number) return false;
    while (!said_.empty() && said_.front().number < number) said_.pop_front();
    if (said_.front().number != number) return false;
    heard_at_ = now;
    heard_said_at_ = said_.front().at;
    took_ = now - heard_said_at_;
    said_.pop_front();
    return true;
  }
  // This hub stood still: what it said may wait in its socket, so it has a second to hear it.
  void StoodStill(SteadyTime now) {
    heard_at_ = std::max(heard_at_, now - std::chrono::seconds(1));
  }

  // Something was said after `time` and heard since.
  bool HeardFromAfter(SteadyTime time) const { return heard_said_at_ >= time; }
  // Something was said after `time`, and may still be heard.
  bool SaidAfter(SteadyTime time) const { return !said_.empty() && said_.back().at >= time; }
  SteadyTime heard_at() const { return heard_at_; }
  // What the last beat took there and back.
  Duration took() const { return took_; }

 private:
  // One that comes back later than so many others is as good as lost.
  static constexpr size_t kMostUnheard = 64;
  struct Said {
    uint64_t number;
    SteadyTime at;
  };

  uint64_t last_ = 0;
  std::deque<Said> said_;  // and not heard yet
  SteadyTime heard_at_;
  SteadyTime heard_said_at_;
  Duration took_{};
};

}  // namespace pigeonhub
