// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <bitset>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <vector>

#include "pigeonhub/event.h"
#include "server/runtime/event_order.h"
#include "server/runtime/event_ring.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// The hub's last events in one order, numbered without a hole. They are kept in several rings
// (EventRing), so that many events of one sort push only their own sort out. Bounded: in each ring
// the oldest make room, and a reader that comes too late learns how many it missed. A slow reader
// does not hold up the hub.
//
// A reader names the rings it reads. It gets their events in the order of their numbers, and only
// what those rings lost is missing to it.
//
// Thread-safe.
class EventLog {
 public:
  // How many events each ring keeps, by EventRing.
  using Capacities = std::array<size_t, kEventRingCount>;
  static constexpr Capacities kDefaultCapacities = {8192, 2048, 4096, 4096};

  explicit EventLog(const Capacities& capacities = kDefaultCapacities);

  // Events must come in the order of their seq; the dispatcher appends under the hub's lock.
  void Append(Event event) ABSL_LOCKS_EXCLUDED(mutex_);
  // Wakes readers. Apart from Append, so that it can wait until the hub's lock is free again.
  void Notify();

  struct Batch {
    std::vector<Event>
        events;          // at most `limit`, the lowest seq first; none are missing in between
    uint64_t lost = 0;   // events missing between the asked-for seq and `first`
    uint64_t first = 1;  // where the stream goes on behind those that are missing
    uint64_t next = 1;   // where to go on behind this batch
  };
  // What there is from `from` on, without waiting. With a limit of 0 only what is missing there.
  Batch Read(uint64_t from, size_t limit, EventRings rings = kStreamedRings) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The same backwards: what there is below `to`, the highest seq first. `lost` is what is missing
  // between the first event and `to`; `next` is what to hand in as `to` for what lies below.
  // Without events there are none below `to` any more.
  Batch ReadBack(uint64_t to, size_t limit, EventRings rings = kStreamedRings) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for an event with seq >= `from`, whatever it is; false if `timeout` passed or `stop` was
  // requested first. EventFollower is the thread that does this.
  bool WaitFor(uint64_t from, Duration timeout, std::stop_token stop) ABSL_LOCKS_EXCLUDED(mutex_);

  // The seq from which on nothing of these rings is missing.
  uint64_t oldest(EventRings rings = kStreamedRings) const ABSL_LOCKS_EXCLUDED(mutex_);
  // The seq of the next event to come.
  uint64_t next() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The seq of the first event, not before oldest(), that happened at `time` or later; next() if
  // none did.
  uint64_t FirstSince(UnixMillis time, EventRings rings = kStreamedRings) const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Ring {
    std::deque<Event> events;
    uint64_t complete_from = 1;  // the seq from which on nothing of it is missing
  };
  // Goes through the events of several rings in the order of their numbers.
  class Merge;

  uint64_t OldestLocked(EventRings rings) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Batch ReadLocked(uint64_t from, size_t limit, EventRings rings) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Null if there is none.
  const Event* HighestBelowLocked(uint64_t to, EventRings rings) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Capacities capacities_;
  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::array<Ring, kEventRingCount> rings_ ABSL_GUARDED_BY(mutex_);
  EventOrder order_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
