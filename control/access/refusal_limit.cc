// SPDX-License-Identifier: Apache-2.0

#include "control/access/refusal_limit.h"

#include <algorithm>
#include <utility>

namespace pigeonhub {

std::optional<uint64_t> RefusalLimit::Admit(SteadyTime now, const std::string& caller) {
  MutexLock lock(mutex_);
  if (callers_.size() >= kMostCallers && !callers_.contains(caller)) callers_.clear();
  Caller& row = callers_[caller];
  if (row.spent_until > now + (kInARow - 1) * kEach) {
    ++row.unrecorded;
    return std::nullopt;
  }
  row.spent_until = std::max(row.spent_until, now) + kEach;
  return std::exchange(row.unrecorded, 0);
}

}  // namespace pigeonhub
