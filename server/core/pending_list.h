// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "server/core/ids.h"

namespace pigeonhub {

// Peers that somebody is still to be told about: the rest of a list that is too long for one go.
// News about a waiting peer is not sent, as the list itself will tell how things stand then: so
// each is told once, whatever happens while the list is on its way.
class PendingList {
 public:
  // `for_link`: told in the way hubs are told (see Links), not as a member of the receiver's
  // namespace.
  struct Entry {
    PeerId peer;
    bool for_link = false;
  };

  void Append(const Entry& entry) {
    if (waiting_.insert(entry.peer).second) entries_.push_back(entry);
  }

  // The next one still waiting; empty at the end.
  std::optional<Entry> Next() {
    while (next_ < entries_.size()) {
      const Entry& entry = entries_[next_++];
      if (waiting_.erase(entry.peer) > 0) return entry;
    }
    return std::nullopt;
  }

  bool Waits(const PeerId& peer) const { return waiting_.contains(peer); }
  void Forget(const PeerId& peer) { waiting_.erase(peer); }
  bool empty() const { return waiting_.empty(); }

 private:
  std::vector<Entry> entries_;
  size_t next_ = 0;
  absl::flat_hash_set<PeerId> waiting_;
};

}  // namespace pigeonhub
