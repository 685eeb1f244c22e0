// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_log.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace pigeonhub {

namespace {

// At most 0.8 MB. Enough for all that is kept, unless nearly each event goes to another ring than
// the one before it.
constexpr size_t kMaxOrderEntries = 16'384;

}  // namespace

class EventLog::Merge {
 public:
  Merge(const std::array<Ring, kEventRingCount>& rings, EventRings wanted, uint64_t from) {
    for (size_t i = 0; i < kEventRingCount; ++i) {
      if (!wanted.test(i)) continue;
      const std::deque<Event>& events = rings[i].events;
      places_[i] = {
          std::lower_bound(events.begin(), events.end(), from,
                           [](const Event& event, uint64_t seq) { return event.seq < seq; }),
          events.end()};
    }
    FindLowest();
  }

  // Null behind the last one.
  const Event* current() const { return lowest_ == nullptr ? nullptr : &*lowest_->at; }
  void Advance() {
    ++lowest_->at;
    FindLowest();
  }

 private:
  struct Place {
    std::deque<Event>::const_iterator at;
    std::deque<Event>::const_iterator end;
  };
  void FindLowest() {
    lowest_ = nullptr;
    for (Place& place : places_) {
      if (place.at == place.end) continue;
      if (lowest_ == nullptr || place.at->seq < lowest_->at->seq) lowest_ = &place;
    }
  }

  std::array<Place, kEventRingCount> places_{};
  Place* lowest_ = nullptr;
};

EventLog::EventLog(const Capacities& capacities)
    : capacities_(capacities), order_(kMaxOrderEntries) {}

void EventLog::Append(Event event) {
  MutexLock lock(mutex_);
  assert(event.seq == order_.next() && "the core numbers events without a hole");
  const EventRing where = RingOf(event.body);
  Ring& ring = rings_[static_cast<size_t>(where)];
  if (ring.events.size() == std::max<size_t>(capacities_[static_cast<size_t>(where)], 1)) {
    ring.complete_from = ring.events.front().seq + 1;
    ring.events.pop_front();
  }
  ring.events.push_back(std::move(event));
  order_.Append(where);
}

void EventLog::Notify() { changed_.notify_all(); }

EventLog::Batch EventLog::Read(uint64_t from, size_t limit, EventRings rings) const {
  MutexLock lock(mutex_);
  return ReadLocked(from, limit, rings);
}

EventLog::Batch EventLog::ReadBack(uint64_t to, size_t limit, EventRings rings) const {
  MutexLock lock(mutex_);
  Batch batch;
  batch.next = batch.first = std::min(to, order_.next());
  while (batch.events.size() < limit) {
    const Event* const event = HighestBelowLocked(batch.next, rings);
    if (event == nullptr) return batch;
    const uint64_t missing = order_.Count(rings, event->seq + 1, batch.next);
    // As in ReadLocked: what is missing ends a batch, and is told with the next.
    if (missing > 0 && !batch.events.empty()) return batch;
    if (batch.events.empty()) {
      batch.lost = missing;
      batch.first = event->seq;
    }
    batch.events.push_back(*event);
    batch.next = event->seq;
  }
  return batch;
}

const Event* EventLog::HighestBelowLocked(uint64_t to, EventRings rings) const {
  const Event* highest = nullptr;
  for (size_t i = 0; i < kEventRingCount; ++i) {
    if (!rings.test(i)) continue;
    const std::deque<Event>& events = rings_[i].events;
    const auto above =
        std::lower_bound(events.begin(), events.end(), to,
                         [](const Event& event, uint64_t seq) { return event.seq < seq; });
    if (above == events.begin()) continue;
    const Event& event = *std::prev(above);
    if (highest == nullptr || event.seq > highest->seq) highest = &event;
  }
  return highest;
}

bool EventLog::WaitFor(uint64_t from, Duration timeout, std::stop_token stop) {
  MutexLock lock(mutex_);
  const auto arrived = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return from < order_.next(); };
  changed_.wait_for(mutex_, std::move(stop), timeout, arrived);
  return from < order_.next();
}

EventLog::Batch EventLog::ReadLocked(uint64_t from, size_t limit, EventRings rings) const {
  from = std::max<uint64_t>(from, 1);
  Merge events(rings_, rings, from);
  Batch batch;
  batch.first = events.current() == nullptr ? std::max(from, order_.next()) : events.current()->seq;
  batch.lost = order_.Count(rings, from, batch.first);
  batch.next = batch.first;
  const uint64_t oldest = OldestLocked(rings);
  for (; events.current() != nullptr; events.Advance()) {
    if (batch.events.size() == limit) return batch;
    const uint64_t seq = events.current()->seq;
    // Events are missing here. The next batch begins with their number.
    if (batch.next < oldest && order_.Count(rings, batch.next, seq) > 0) return batch;
    batch.events.push_back(*events.current());
    batch.next = seq + 1;
  }
  batch.next = std::max(batch.next, order_.next());
  return batch;
}

uint64_t EventLog::OldestLocked(EventRings rings) const {
  uint64_t oldest = 1;
  for (size_t i = 0; i < kEventRingCount; ++i) {
    if (rings.test(i)) oldest = std::max(oldest, rings_[i].complete_from);
  }
  return oldest;
}

uint64_t EventLog::oldest(EventRings rings) const {
  MutexLock lock(mutex_);
  return OldestLocked(rings);
}

uint64_t EventLog::next() const {
  MutexLock lock(mutex_);
  return order_.next();
}

uint64_t EventLog::FirstSince(UnixMillis time, EventRings rings) const {
  MutexLock lock(mutex_);
  // One by one and not by halves: the wall clock may have been set back.
  Merge events(rings_, rings, OldestLocked(rings));
  while (events.current() != nullptr && events.current()->unix_ms < time) events.Advance();
  return events.current() == nullptr ? order_.next() : events.current()->seq;
}

}  // namespace pigeonhub
