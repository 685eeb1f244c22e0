// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <stop_token>
#include <vector>

#include "server/core/event.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// The hub's last events, in order and numbered without a hole. Bounded: the oldest make room, and a
// reader that comes too late is told how many it missed. Nobody who reads slowly holds up the hub.
//
// Thread-safe.
class EventLog {
 public:
  explicit EventLog(size_t capacity = 8192);

  // Events must come in the order of their seq; the dispatcher appends under the hub's lock.
  void Append(Event event) ABSL_LOCKS_EXCLUDED(mutex_);
  // Wakes readers. Apart from Append, so that it can wait until the hub's lock is free again.
  void Notify();

  struct Batch {
    std::vector<Event> events;  // at most `limit`, the first has the lowest seq
    uint64_t next = 1;          // where to go on
    uint64_t lost = 0;          // events between the asked-for seq and the first one still here
    bool closed = false;        // Close was called and nothing is left to read
  };
  // Waits until there is an event with seq >= `from`, or until Close.
  Batch Wait(uint64_t from, size_t limit) ABSL_LOCKS_EXCLUDED(mutex_);

  // What there is from `from` on, without waiting.
  Batch Read(uint64_t from, size_t limit) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for an event with seq >= `from`, whatever it is; false if `timeout` passed, `stop` was
  // requested or Close was called first.
  bool WaitFor(uint64_t from, Duration timeout, std::stop_token stop) ABSL_LOCKS_EXCLUDED(mutex_);

  // The seq of the oldest event still here, and of the next one to come: equal when it is empty.
  uint64_t oldest() const ABSL_LOCKS_EXCLUDED(mutex_);
  uint64_t next() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The seq of the oldest event still here that happened at `time` or later; next() if none did.
  uint64_t FirstSince(UnixMillis time) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Readers get what is left, then `closed`.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  uint64_t OldestLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return next_seq_ - ring_.size();
  }
  Batch ReadLocked(uint64_t from, size_t limit) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t capacity_;
  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Event> ring_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_seq_ ABSL_GUARDED_BY(mutex_) = 1;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace pigeonhub
