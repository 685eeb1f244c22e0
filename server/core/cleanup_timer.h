// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/time.h"

namespace pigeonhub {

// When to give back the memory of tables that somebody left. Whoever removes something asks for it;
// the tables are compacted once for all that was removed in one interval.
class CleanupTimer {
 public:
  explicit CleanupTimer(Duration interval) : interval_(interval) {}

  void Ask(SteadyTime now) {
    if (!due_.has_value()) due_ = now + interval_;
  }
  void Cancel() { due_.reset(); }
  // True once for each time that came due.
  bool TakeDue(SteadyTime now) {
    if (!due_.has_value() || *due_ > now) return false;
    due_.reset();
    return true;
  }
  std::optional<SteadyTime> NextDeadline() const { return due_; }

 private:
  const Duration interval_;
  std::optional<SteadyTime> due_;
};

}  // namespace pigeonhub
