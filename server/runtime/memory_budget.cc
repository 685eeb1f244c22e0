// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/memory_budget.h"

#include <algorithm>

namespace pigeonhub {

void MemoryBudget::Note(ConnectionId connection, const Held& held) {
  const MutexLock lock(mutex_);
  Remove(connection);
  if (held.sum() > 0) {
    holders_[connection] = held;
    by_size_.insert({held.sum(), connection});
    sum_.message += held.message;
    sum_.queue += held.queue;
  }
  held_.store(sum_.sum(), std::memory_order_relaxed);
}

void MemoryBudget::Measure(uint64_t resident) {
  if (limit_ == 0) return;
  const MutexLock lock(mutex_);
  others_.store(resident - std::min<uint64_t>(resident, sum_.sum()), std::memory_order_relaxed);
  if (resident > limit_) {
    is_short_.store(true, std::memory_order_relaxed);
  } else if (resident <= limit_ - limit_ / 20) {
    is_short_.store(false, std::memory_order_relaxed);
  }
}

std::vector<ConnectionId> MemoryBudget::TakeLargest() {
  std::vector<ConnectionId> largest;
  const MutexLock lock(mutex_);
  while (is_tight() && !by_size_.empty() && by_size_.rbegin()->first >= kLeast) {
    largest.push_back(by_size_.rbegin()->second);
    Remove(largest.back());
    held_.store(sum_.sum(), std::memory_order_relaxed);
  }
  return largest;
}

MemoryBudget::Held MemoryBudget::held() const {
  const MutexLock lock(mutex_);
  return sum_;
}

void MemoryBudget::Remove(ConnectionId connection) {
  const auto it = holders_.find(connection);
  if (it == holders_.end()) return;
  by_size_.erase({it->second.sum(), connection});
  sum_.message -= it->second.message;
  sum_.queue -= it->second.queue;
  holders_.erase(it);
}

}  // namespace pigeonhub
