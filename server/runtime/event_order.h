// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "server/runtime/event_ring.h"

namespace pigeonhub {

// Knows which numbers went to which ring, also those of events that are no longer kept. Numbers
// that follow each other into one ring take one entry. Bounded: the ring of numbers before the
// oldest entry is forgotten.
//
// Not thread-safe.
class EventOrder {
 public:
  // `max_entries` at least 1.
  explicit EventOrder(size_t max_entries) : max_entries_(max_entries) {}

  // The next number goes to `ring`.
  void Append(EventRing ring);
  uint64_t next() const { return next_; }

  // How many of the numbers in [from, to) went to one of these rings. A number whose
  // ring is forgotten counts, too: a gap too many does less harm than a gap too few.
  uint64_t Count(EventRings rings, uint64_t from, uint64_t to) const;

 private:
  using Counts = std::array<uint64_t, kEventRingCount>;
  struct Entry {
    uint64_t first;
    EventRing ring;
    Counts before;  // numbers below `first`, by ring
  };
  uint64_t CountBelow(EventRings rings, uint64_t seq) const;

  const size_t max_entries_;
  std::deque<Entry> entries_;
  Counts counts_{};
  uint64_t next_ = 1;
};

}  // namespace pigeonhub
