// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/memory_budget.h"

#include <algorithm>
#include <optional>

namespace pigeonhub {

MemoryBudget::Held MemoryBudget::held() const {
  Held held;
  for (const Sums& loop : sums_) {
    held.message += loop.message.load(std::memory_order_relaxed);
    held.queue += loop.queue.load(std::memory_order_relaxed);
    held.announced += loop.announced.load(std::memory_order_relaxed);
  }
  return held;
}

uint64_t MemoryBudget::staying() const {
  const uint64_t all = held().sum();
  return all - std::min(all, leaving_.load(std::memory_order_relaxed));
}

void MemoryBudget::Kind::Add(size_t held, ConnectionId connection) {
  if (held == 0) return;
  bytes += held;
  by_size.insert({held, connection});
}

void MemoryBudget::Kind::Remove(size_t held, ConnectionId connection) {
  if (held == 0) return;
  bytes -= held;
  by_size.erase({held, connection});
}

void MemoryBudget::AddLocked(ConnectionId connection, const Holding& holding) {
  passing_.Add(holding.passing, connection);
  kept_.Add(holding.kept, connection);
}

void MemoryBudget::RemoveLocked(ConnectionId connection, const Holding& holding) {
  passing_.Remove(holding.passing, connection);
  kept_.Remove(holding.kept, connection);
}

void MemoryBudget::Note(ConnectionId connection, const Holding& holding) {
  const MutexLock lock(mutex_);
  const auto it = holders_.try_emplace(connection).first;
  Holder& holder = it->second;
  if (holder.is_leaving) {
    const size_t before = holder.holding.sum();
    leaving_.fetch_add(holding.sum() - before, std::memory_order_relaxed);
    if (holding.sum() < before) {
      freed_.fetch_add(before - holding.sum(), std::memory_order_relaxed);
    }
  } else {
    RemoveLocked(connection, holder.holding);
    AddLocked(connection, holding);
  }
  holder.holding = holding;
  if (holding.sum() == 0) holders_.erase(it);
}

void MemoryBudget::SetLimit(uint64_t limit) {
  limit_.store(limit, std::memory_order_relaxed);
  if (limit == 0) is_short_.store(false, std::memory_order_relaxed);
}

void MemoryBudget::Measure(uint64_t resident) {
  const uint64_t limit = this->limit();
  if (limit == 0) return;
  // What leaves is not free yet, and so is no part of the rest.
  const uint64_t rest = resident - std::min<uint64_t>(resident, held().sum());
  // The rest does not grow by what has left. Nor is it less: that may be in use by others again.
  const uint64_t least = rest - std::min(rest, freed_.load(std::memory_order_relaxed));
  const uint64_t before = others_.load(std::memory_order_relaxed);
  others_.store(std::clamp(before, least, rest), std::memory_order_relaxed);
  if (resident > limit) {
    is_short_.store(true, std::memory_order_relaxed);
  } else if (resident <= limit - limit / 20) {
    is_short_.store(false, std::memory_order_relaxed);
  }
}

std::optional<ConnectionId> MemoryBudget::LargestLocked() const {
  const bool more_kept = kept_.bytes > passing_.bytes;
  for (const Kind* kind : {more_kept ? &kept_ : &passing_, more_kept ? &passing_ : &kept_}) {
    if (kind->by_size.empty()) continue;
    const auto [bytes, connection] = *kind->by_size.rbegin();
    if (bytes >= kLeast || kind->bytes > limit() / kMuchPart) return connection;
  }
  return std::nullopt;
}

std::vector<ConnectionId> MemoryBudget::TakeLargest() {
  std::vector<ConnectionId> largest;
  const MutexLock lock(mutex_);
  while (is_tight()) {
    const std::optional<ConnectionId> next = LargestLocked();
    if (!next.has_value()) break;
    Holder& holder = holders_[*next];
    RemoveLocked(*next, holder.holding);
    holder.is_leaving = true;
    leaving_.fetch_add(holder.holding.sum(), std::memory_order_relaxed);
    largest.push_back(*next);
  }
  return largest;
}

}  // namespace pigeonhub
