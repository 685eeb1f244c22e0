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
  from = std::max<uint64_t>(from, 1);
  while (from >= next_seq_ && !closed_) changed_.wait(mutex_);

  Batch batch;
  const uint64_t first = next_seq_ - ring_.size();
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

void EventLog::Close() {
  {
    MutexLock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

}  // namespace pigeonhub
