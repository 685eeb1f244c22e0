// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "server/core/time.h"

namespace pigeonhub::sim {

// What is going to happen in a simulated world, and what time it is there: the time of what
// happened last. Things planned for the same moment happen in the order they were planned in.
class Agenda {
 public:
  Duration now() const { return now_; }
  // How many things so far.
  uint64_t happened() const { return happened_; }

  void At(Duration when, std::function<void()> what) {
    plans_.push({when < now_ ? now_ : when, next_++, std::move(what)});
  }
  void After(Duration delay, std::function<void()> what) { At(now_ + delay, std::move(what)); }

  // Does the next thing, if it is due by `until`; else sets the clock to `until`.
  bool RunNext(Duration until) {
    if (plans_.empty() || plans_.top().when > until) {
      now_ = until;
      return false;
    }
    const Plan plan = plans_.top();
    plans_.pop();
    now_ = plan.when;
    ++happened_;
    plan.what();
    return true;
  }

 private:
  struct Plan {
    Duration when{};
    uint64_t order = 0;
    std::function<void()> what;
    bool operator<(const Plan& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  Duration now_{};
  uint64_t next_ = 0;
  uint64_t happened_ = 0;
  std::priority_queue<Plan> plans_;
};

}  // namespace pigeonhub::sim
