// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_log.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace pigeonhub {

EventLog::EventLog(size_t capacity) : capacity_(std::max<size_t>(capacity, 1)) {}

void EventLog::Append(Event event) {
  MutexLock lock(mutex_);
  assert(event.seq == next_seq_ && "the core numbers events without a hole");
  if (ring_.size() == capacity_) ring_.pop_front();
  next_seq_ = event.seq + 1;
  ring_.push_back(std::move(event));
}

void EventLog::Notify() { changed_.notify_all(); }

EventLog::Batch EventLog::Wait(uint64_t from, size_t limit) {
  MutexLock lock(mutex_);
  while (from >= next_seq_ && !closed_) changed_.wait(mutex_);
  return ReadLocked(from, limit);
}

EventLog::Batch EventLog::Read(uint64_t from, size_t limit) const {
  MutexLock lock(mutex_);
  return ReadLocked(from, limit);
}

bool EventLog::WaitFor(uint64_t from, Duration timeout, std::stop_token stop) {
  MutexLock lock(mutex_);
  const auto arrived = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return from < next_seq_ || closed_;
  };
  changed_.wait_for(mutex_, std::move(stop), timeout, arrived);
  return from < next_seq_;
}

EventLog::Batch EventLog::ReadLocked(uint64_t from, size_t limit) const {
  Batch batch;
  from = std::max<uint64_t>(from, 1);
  const uint64_t first = OldestLocked();
  if (from < first) {
    batch.lost = first - from;
    from = first;
  }
  const uint64_t end = std::min<uint64_t>(next_seq_, from + limit);
  for (; from < end; ++from) batch.events.push_back(ring_[from - first]);
  batch.next = from;
  batch.closed = closed_ && from >= next_seq_ && batch.events.empty();
  return batch;
}

uint64_t EventLog::oldest() const {
  MutexLock lock(mutex_);
  return OldestLocked();
}

uint64_t EventLog::next() const {
  MutexLock lock(mutex_);
  return next_seq_;
}

uint64_t EventLog::FirstSince(UnixMillis time) const {
  MutexLock lock(mutex_);
  // Not by halves: the wall clock may have been set back.
  const auto found = std::find_if(ring_.begin(), ring_.end(),
                                  [&](const Event& event) { return event.unix_ms >= time; });
  return OldestLocked() + static_cast<uint64_t>(found - ring_.begin());
}

void EventLog::Close() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

}  // namespace pigeonhub
