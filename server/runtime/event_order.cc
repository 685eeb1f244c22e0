// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_order.h"

#include <algorithm>

namespace pigeonhub {

void EventOrder::Append(EventRing ring) {
  if (entries_.empty() || entries_.back().ring != ring) {
    if (entries_.size() == max_entries_) entries_.pop_front();
    entries_.push_back({next_, ring, counts_});
  }
  ++counts_[static_cast<size_t>(ring)];
  ++next_;
}

uint64_t EventOrder::Count(EventRings rings, uint64_t from, uint64_t to) const {
  to = std::min(to, next_);
  if (from >= to) return 0;
  const uint64_t known_from = std::clamp(entries_.front().first, from, to);
  return (known_from - from) + CountBelow(rings, to) - CountBelow(rings, known_from);
}

uint64_t EventOrder::CountBelow(EventRings rings, uint64_t seq) const {
  const auto after =
      std::upper_bound(entries_.begin(), entries_.end(), seq,
                       [](uint64_t number, const Entry& entry) { return number < entry.first; });
  if (after == entries_.begin()) return 0;
  const Entry& entry = *(after - 1);
  uint64_t count = 0;
  for (size_t ring = 0; ring < kEventRingCount; ++ring) {
    if (rings.test(ring)) count += entry.before[ring];
  }
  if (rings.test(static_cast<size_t>(entry.ring))) count += seq - entry.first;
  return count;
}

}  // namespace pigeonhub
