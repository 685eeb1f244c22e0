// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/core/counters.h"
#include "server/core/ids.h"
#include "server/core/message.h"
#include "server/core/time.h"

namespace pigeonhub {

// How far pairs get on their way to a data channel: offered, answered, candidates seen, connected
// (where a client says so), and how long an answer takes. Sees envelopes only. Remembers a bounded
// number of recent pairs; when there are more, the oldest are given up and count no further.
class HandshakeFunnel {
 public:
  explicit HandshakeFunnel(FunnelCounters& counters) : counters_(counters) {}

  // A signal that was delivered or relayed.
  void OnSignal(const Now& now, SignalType type, const PeerId& from, const PeerId& target);
  // A client reported that it is connected to `other`.
  void OnConnected(const PeerId& peer, const PeerId& other);

 private:
  static constexpr size_t kMaxPairs = 16'384;
  // A pair that starts over after this is a new handshake.
  static constexpr Duration kForgetAfter = std::chrono::seconds(60);

  struct PairKey {
    PeerId offerer;
    PeerId answerer;
    friend bool operator==(const PairKey&, const PairKey&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const PairKey& key) {
      return H::combine(std::move(h), key.offerer, key.answerer);
    }
  };
  struct Pair {
    SteadyTime offered_at;
    bool answered = false;
    bool candidates = false;
    bool connected = false;
  };

  Pair* Find(const PeerId& a, const PeerId& b);

  FunnelCounters& counters_;
  absl::flat_hash_map<PairKey, Pair> pairs_;
  std::deque<PairKey> oldest_first_;
};

}  // namespace pigeonhub
