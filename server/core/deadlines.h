// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <deque>
#include <optional>

#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// Connections, each with a deadline. All deadlines lie equally far ahead when they are added, so
// the order of adding is the order of the deadlines. An entry stays even if its deadline no longer
// matters: the caller that takes the first entry checks that.
class Deadlines {
 public:
  struct Entry {
    SteadyTime at;
    ConnectionId connection;
  };

  void Add(SteadyTime at, ConnectionId connection) { entries_.push_back({at, connection}); }
  bool empty() const { return entries_.empty(); }
  const Entry& first() const { return entries_.front(); }
  void PopFirst() { entries_.pop_front(); }
  const std::deque<Entry>& entries() const { return entries_; }
  void Clear() { entries_.clear(); }

  std::optional<SteadyTime> NextDeadline() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.front().at;
  }

 private:
  std::deque<Entry> entries_;
};

constexpr SteadyTime kNever = SteadyTime::max();
inline SteadyTime OrNever(const std::optional<SteadyTime>& deadline) {
  return deadline.value_or(kNever);
}

// The earliest of several deadlines; nothing if there is none.
template <typename... Deadline>
inline std::optional<SteadyTime> Earliest(const Deadline&... deadlines) {
  SteadyTime earliest = kNever;
  ((earliest = std::min(earliest, OrNever(deadlines))), ...);
  return earliest == kNever ? std::nullopt : std::optional(earliest);
}

// The same of all these parts. Asked for after each input, so no deadline is put down before it is
// compared.
template <typename... Part>
inline std::optional<SteadyTime> EarliestOf(const Part&... parts) {
  SteadyTime earliest = kNever;
  ((earliest = std::min(earliest, OrNever(parts.NextDeadline()))), ...);
  return earliest == kNever ? std::nullopt : std::optional(earliest);
}

}  // namespace pigeonhub
