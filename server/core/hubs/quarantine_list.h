// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/ids.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// The hubs that an operator closed out of this hub, and how often each of them tried to come in.
class QuarantineList {
 public:
  QuarantineList() = default;
  // At most so many: each may be unknown.
  explicit QuarantineList(size_t most) : most_(most) {}

  // False if the hub is on the list already.
  bool Add(const PeerId& hub, UnixMillis since) {
    return hubs_.try_emplace(hub, Entry{since, 0, {}}).second;
  }
  bool Contains(const PeerId& hub) const { return hubs_.contains(hub); }
  size_t size() const { return hubs_.size(); }
  bool full() const { return hubs_.size() >= most_; }
  // True for a hub on the list; what it tried is counted.
  bool Refuse(Turn& turn, const PeerId& hub);
  // Dialing this target stopped because of the quarantine, and is to go on after it.
  void NoteStopped(const PeerId& hub, DialTargetId target) {
    hubs_.at(hub).stopped.push_back(target);
  }
  // Takes a hub that is on the list off it. Returns the dial targets that the quarantine stopped.
  std::vector<DialTargetId> Release(const PeerId& hub);

  // In the order of their ids.
  std::vector<QuarantinedHub> List() const;

 private:
  struct Entry {
    UnixMillis since = 0;
    uint64_t refused = 0;
    std::vector<DialTargetId> stopped;
  };
  const size_t most_ = SIZE_MAX;
  std::map<PeerId, Entry> hubs_;
};

}  // namespace pigeonhub
