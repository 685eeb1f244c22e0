// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <deque>
#include <initializer_list>
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

// The earliest of several deadlines; nothing if there is none.
inline std::optional<SteadyTime> Earliest(
    std::initializer_list<std::optional<SteadyTime>> deadlines) {
  std::optional<SteadyTime> earliest;
  for (const std::optional<SteadyTime>& at : deadlines) {
    if (at.has_value() && (!earliest.has_value() || *at < *earliest)) earliest = at;
  }
  return earliest;
}

}  // namespace pigeonhub
