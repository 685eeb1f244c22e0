// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/core/counters.h"
#include "server/core/ids.h"
#include "server/core/message.h"
#include "server/core/time.h"

namespace pigeonhub {

// How far pairs get on their way to a data channel: offered, answered, candidates seen, connected
// (where a client says so), and how long an answer takes. Sees envelopes only.
//
// A pair is two peers in either order, and counts once at each stage: clients of the reference
// below their floor of connections offer from both ends, and one of the offers is then turned down.
// A pair that offers again 10 s after its first offer got nowhere and is retried.
//
// Remembers a bounded number of recent pairs; when there are more, the oldest are given up and
// count no further.
class HandshakeFunnel {
 public:
  explicit HandshakeFunnel(FunnelCounters& counters) : counters_(counters) {}

  // A signal that was delivered or relayed.
  void OnSignal(const Now& now, SignalType type, const PeerId& from, const PeerId& target);
  // A client reported that it is connected to `other`. False if the other end reported it before.
  bool OnConnected(const PeerId& peer, const PeerId& other);

 private:
  static constexpr size_t kMaxPairs = 16'384;
  // Sooner it is the offer of the other end, or the same one renewed.
  static constexpr Duration kRetriedAfter = std::chrono::seconds(10);
  // A pair that starts over after this is a new handshake.
  static constexpr Duration kForgetAfter = std::chrono::seconds(60);

  // The lower id first, so that both directions are one pair.
  struct PairKey {
    PairKey(const PeerId& a, const PeerId& b) : low(a < b ? a : b), high(a < b ? b : a) {}
    PeerId low;
    PeerId high;
    friend bool operator==(const PairKey&, const PairKey&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const PairKey& key) {
      return H::combine(std::move(h), key.low, key.high);
    }
  };
  // One handshake of a pair.
  struct Pair {
    SteadyTime began;
    std::array<bool, 2> offered{};  // by the lower id, by the higher id
    bool answered = false;
    bool candidates = false;
    bool connected = false;
    bool retried = false;
  };

  // Makes room after `newest` came.
  void ForgetOldest(const PairKey& newest);
  Pair* Find(const PairKey& key);
  void OnOffer(const Now& now, const PairKey& key, bool from_high);
  void OnAnswer(const Now& now, const PairKey& key, bool from_high);
  void OnCandidate(const PairKey& key);

  FunnelCounters& counters_;
  absl::flat_hash_map<PairKey, Pair> pairs_;
  std::deque<PairKey> oldest_first_;
};

}  // namespace pigeonhub
