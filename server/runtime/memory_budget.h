// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/core/ids.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// The memory of the process, and what connections hold of it: messages that are not complete, and
// bytes that wait to be read by peers. When memory is going to be short the connections that hold
// the most give way, one after the other, long before newcomers are turned away.
//
// Thread-safe.
class MemoryBudget {
 public:
  // What a connection holds is noted again whenever it has changed by so many bytes.
  static constexpr size_t kStep = size_t{16} * 1024;
  // One that holds less never gives way: so much is queued for each newcomer for a moment.
  static constexpr size_t kLeast = size_t{128} * 1024;

  // `limit` in bytes of resident memory; 0: none.
  explicit MemoryBudget(uint64_t limit) : limit_(limit) {}

  // What one connection holds, in bytes.
  struct Held {
    size_t message = 0;  // not complete
    size_t queue = 0;    // not sent
    size_t sum() const { return message + queue; }
  };
  // From now on the connection holds so much. Nothing: it is forgotten.
  void Note(ConnectionId connection, const Held& held) ABSL_LOCKS_EXCLUDED(mutex_);

  // Notes that `resident` bytes are in use. Call it once a second.
  void Measure(uint64_t resident) ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether somebody has to give way: as measured last, and with what came since, more than 85 % of
  // the limit is in use.
  bool is_tight() const {
    return limit_ > 0 &&
           others_.load(std::memory_order_relaxed) + held_.load(std::memory_order_relaxed) >
               limit_ - limit_ * 3 / 20;
  }
  // Those who have to give way now, the largest holder first. What they hold counts as free.
  std::vector<ConnectionId> TakeLargest() ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether newcomers find no memory: from when the limit was passed until a twentieth of it is
  // free.
  bool is_short() const { return is_short_.load(std::memory_order_relaxed); }

  uint64_t limit() const { return limit_; }
  Held held() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Remove(ConnectionId connection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const uint64_t limit_;
  std::atomic<bool> is_short_{false};
  std::atomic<uint64_t> others_{0};  // what was in use beside what connections held
  std::atomic<uint64_t> held_{0};    // by connections

  mutable Mutex mutex_;
  absl::flat_hash_map<ConnectionId, Held> holders_ ABSL_GUARDED_BY(mutex_);
  std::set<std::pair<size_t, ConnectionId>> by_size_ ABSL_GUARDED_BY(mutex_);
  Held sum_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
