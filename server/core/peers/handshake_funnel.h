// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>

#include "server/core/counters.h"
#include "server/core/message.h"
#include "server/core/peers/pair_history.h"
#include "server/core/time.h"

namespace pigeonhub {

// How far pairs get on their way to a data channel: offered, answered, candidates seen, connected
// (where a client says so), and how long an answer takes. Sees envelopes only.
//
// A pair is two peers in either order, and counts once at each stage: clients of the reference
// below their floor of connections offer from both ends, and one of the offers is then turned down.
// A pair that offers again 10 s after its first offer got nowhere and is retried.
//
// What it has counted of a pair stands in the pair's record; pairs that the history has given up
// count no further.
class HandshakeFunnel {
 public:
  explicit HandshakeFunnel(FunnelCounters& counters) : counters_(counters) {}

  // Whether OnSignal would say that with this signal the pair is retried.
  static bool Retries(const Now& now, SignalType type, const PairRecord& pair);
  // A signal of this side of the pair was delivered or relayed. Begins the record anew where a new
  // handshake begins. True if with it the pair is retried.
  bool OnSignal(const Now& now, SignalType type, PairRecord& pair, bool side);
  // A client reported that the two are connected. False if the other end reported it before.
  bool OnConnected(PairRecord& pair);

 private:
  // A pair that starts over after this is a new handshake.
  static constexpr Duration kForgetAfter = std::chrono::seconds(60);

  // Whether an offer begins a new handshake.
  static bool Begins(const Now& now, const PairRecord& pair);
  bool OnOffer(const Now& now, PairRecord& pair, bool side);
  void OnAnswer(const Now& now, PairRecord& pair, bool side);
  void OnCandidate(FunnelStages& counted);

  FunnelCounters& counters_;
};

}  // namespace pigeonhub
