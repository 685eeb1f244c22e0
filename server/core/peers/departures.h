// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pigeonhub/event.h"
#include "server/core/ids.h"
#include "server/core/reason.h"
#include "server/core/time.h"

namespace pigeonhub {

// How a peer left that was connected here.
struct Departed {
  SteadyTime at;
  SharedText network;  // null if it never announced; a long name is cut
  Reason reason = Reason::kPeerClosed;
  uint16_t code = 0;
  uint64_t event = 0;  // the number of the event that told of it
};

// Who left within the last hour, the last 100,000.
class Departures {
 public:
  static constexpr size_t kMost = 100'000;
  static constexpr Duration kRemembered = std::chrono::hours(1);
  static constexpr size_t kMostHubs = 5;

  // `event` is the number that `left` has.
  void Note(SteadyTime now, const PeerDisconnected& left, uint64_t event);
  // One that left, and is noted, was a hub.
  void NoteHub(const PeerId& hub);
  // The last time that the peer left; null if that was longer ago, or never.
  const Departed* Find(SteadyTime now, const PeerId& peer) const;

  // The last hubs that did not leave by themselves, the latest first; they may be back.
  std::vector<PeerId> LostHubs(SteadyTime now) const;

  // Forgets those that are too old, and gives back their memory.
  void Compact(SteadyTime now);
  // Memory that they take.
  size_t bytes() const;

 private:
  // Who left, and when; stale if the peer left again since.
  struct Entry {
    PeerId peer;
    uint64_t event = 0;
  };
  void ForgetOldest();

  absl::flat_hash_map<PeerId, Departed> departed_;
  std::deque<Entry> oldest_first_;
  std::deque<PeerId> hubs_;  // the latest first
  size_t name_bytes_ = 0;
};

}  // namespace pigeonhub
