// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/core/ids.h"

namespace pigeonhub {

// Peers that somebody is still to be told about: the rest of a list that is too long for one go.
// News about a waiting peer is not sent, as the list itself will tell how things stand then: so
// each is told once, whatever happens while the list is on its way.
class PendingList {
 public:
  // `for_link`: told in the way hubs are told (see Links), not as a member of the receiver's
  // namespace. `again`: the receiver has heard of the peer before.
  struct Entry {
    PeerId peer;
    bool for_link = false;
    bool again = false;
  };

  void Append(const Entry& entry) {
    if (!waiting_.try_emplace(entry.peer, entry.again).second) return;
    if (entries_.size() >= kFewEntries && entries_.size() > 2 * waiting_.size()) Compact();
    entries_.push_back(entry);
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
  // The peer is gone. True if the receiver need not hear of that, as it never heard of the peer.
  bool Forget(const PeerId& peer) {
    auto found = waiting_.find(peer);
    if (found == waiting_.end()) return false;
    const bool heard_before = found->second;
    waiting_.erase(found);
    return !heard_before;
  }
  bool empty() const { return waiting_.empty(); }

 private:
  static constexpr size_t kFewEntries = 64;

  // Drops what was told or forgotten: a list that is never empty may go on for ever.
  void Compact() {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<ptrdiff_t>(next_));
    next_ = 0;
    absl::flat_hash_set<PeerId> kept;
    std::erase_if(entries_, [&](const Entry& entry) {
      return !waiting_.contains(entry.peer) || !kept.insert(entry.peer).second;
    });
  }

  std::vector<Entry> entries_;
  size_t next_ = 0;
  absl::flat_hash_map<PeerId, bool> waiting_;  // and whether the receiver heard of it before
};

}  // namespace pigeonhub
