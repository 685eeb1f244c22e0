// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/memory_budget.h"

#include <algorithm>

namespace pigeonhub {

MemoryBudget::Held MemoryBudget::held() const {
  Held held;
  for (const Sums& loop : sums_) {
    held.message += loop.message.load(std::memory_order_relaxed);
    held.queue += loop.queue.load(std::memory_order_relaxed);
  }
  return held;
}

uint64_t MemoryBudget::staying() const {
  const uint64_t all = held().sum();
  return all - std::min(all, leaving_.load(std::memory_order_relaxed));
}

void MemoryBudget::Note(ConnectionId connection, size_t bytes) {
  const MutexLock lock(mutex_);
  const auto it = holders_.try_emplace(connection).first;
  Holder& holder = it->second;
  if (holder.is_leaving) {
    leaving_.fetch_add(bytes - holder.bytes, std::memory_order_relaxed);
  } else {
    by_size_.erase({holder.bytes, connection});
    if (bytes > 0) by_size_.insert({bytes, connection});
  }
  holder.bytes = bytes;
  if (bytes == 0) holders_.erase(it);
}

void MemoryBudget::Measure(uint64_t resident) {
  if (limit_ == 0) return;
  // What leaves is not free yet, and so is no part of the rest.
  others_.store(resident - std::min<uint64_t>(resident, held().sum()), std::memory_order_relaxed);
  if (resident > limit_) {
    is_short_.store(true, std::memory_order_relaxed);
  } else if (resident <= limit_ - limit_ / 20) {
    is_short_.store(false, std::memory_order_relaxed);
  }
}

std::vector<ConnectionId> MemoryBudget::TakeLargest() {
  std::vector<ConnectionId> largest;
  const MutexLock lock(mutex_);
  while (is_tight() && !by_size_.empty()) {
    const auto [bytes, connection] = *by_size_.rbegin();
    if (bytes < kLeast && staying() <= limit_ / kMuchPart) break;
    by_size_.erase({bytes, connection});
    holders_[connection].is_leaving = true;
    leaving_.fetch_add(bytes, std::memory_order_relaxed);
    largest.push_back(connection);
  }
  return largest;
}

}  // namespace pigeonhub
