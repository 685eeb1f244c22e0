// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pigeonhub/event.h"
#include "server/core/ids.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

// How a peer left that was connected here, or to another hub.
struct Departed {
  SteadyTime at;
  SharedText network = nullptr;  // null if it never announced; a long name is cut
  Reason reason = Reason::kPeerClosed;
  uint16_t code = 0;
  uint64_t event = 0;   // the number of the event that told of it; 0: none did
  SharedText lost_hub;  // to which it was connected, and which was lost; null: it was here
};

// Who left within the last hour: of those that were connected here the last 100,000, of those that
// were lost with their hub the last 10,000.
class Departures {
 public:
  static constexpr size_t kMost = 100'000;
  static constexpr size_t kMostLost = 10'000;
  static constexpr Duration kRemembered = std::chrono::hours(1);
  static constexpr size_t kMostHubs = 5;

  // `event` is the number that `left` has.
  void Note(SteadyTime now, const PeerDisconnected& left, uint64_t event);
  // The peer was connected to this hub, of which nothing is known any more. One text serves for all
  // peers of the hub.
  void NoteLost(SteadyTime now, const PeerId& peer, const SharedText& network, SharedText hub);
  // One that left, and is noted, was a hub.
  void NoteHub(const PeerId& hub);
  // The last time that the peer left; null if that was longer ago, or never.
  const Departed* Find(SteadyTime now, const PeerId& peer) const;
  // At most `most` of those whose ids begin so.
  std::vector<PeerId> FindBeginning(SteadyTime now, std::string_view prefix, size_t most) const;

  // The last hubs that did not leave by themselves, the latest first; they may be back.
  std::vector<PeerId> LostHubs(SteadyTime now) const;

  // Forgets those that are too old, and gives back their memory.
  void Compact(SteadyTime now);
  // Memory that they take.
  size_t bytes() const { return bytes_; }

 private:
  // The last time that a peer left, and the number of its entry.
  struct Known {
    Departed departed;
    uint64_t number = 0;
  };
  // Who left, and when; stale if the peer left again since.
  struct Entry {
    PeerId peer;
    uint64_t number = 0;
  };
  using OldestFirst = std::deque<Entry>;

  void Remember(const PeerId& peer, Departed departed, OldestFirst& list, size_t most);
  // Null if the entry is stale.
  const Departed* Find(const Entry& entry) const;
  void ForgetOldest(OldestFirst& list);
  void Compact(SteadyTime now, OldestFirst& list);
  void CountBytes();

  absl::flat_hash_map<PeerId, Known> departed_;
  OldestFirst here_;
  OldestFirst lost_;  // with their hubs
  uint64_t last_number_ = 0;
  std::deque<PeerId> hubs_;  // the latest first
  size_t name_bytes_ = 0;
  size_t bytes_ = 0;  // of all
};

}  // namespace pigeonhub
