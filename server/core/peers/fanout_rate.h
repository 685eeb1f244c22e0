// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "pigeonhub/byte_rate.h"
#include "server/core/ids.h"
#include "server/core/options.h"
#include "server/core/peers/peer_table.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What one message of a peer costs this hub when it goes to many, or brings the peer a list of
// many: the bytes of all that is sent for it. Each peer has a bucket. While the bucket is overdrawn
// nothing is read from the peer, so that nothing is lost and the others do not pay for it. A peer
// that goes on so for 10 s has to leave. Hubs are exempt, and peers at loopback addresses unless
// the rate was set by somebody.
class FanoutRate {
 public:
  FanoutRate(const HubOptions& options, PeerTable& peers) : options_(options), peers_(peers) {}

  // `peer` caused so many messages. `words` is the bytes in all of them, without their envelopes.
  void Charge(const Turn& turn, const Peer& peer, size_t messages, size_t words);
  // Stops reading from the peer if its bucket is overdrawn. Called when a message of it is done.
  void Settle(Turn& turn, const Peer& peer);

  // Reads on from the peers whose pause is over. Returns the next one that has to leave instead;
  // null if there is none. Called until then.
  Peer* EndPauses(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const;
  // Forgets the buckets that are full.
  void Compact(SteadyTime now);

 private:
  struct Bucket {
    SteadyTime full_at;                      // when all of the burst is there again
    std::optional<SteadyTime> overdrawn_at;  // for the first time, and without a break since
  };
  bool IsExempt(const Peer& peer) const;
  ByteRate rate() const;
  // The time in which the rate fills an empty bucket.
  Duration FillTime() const;

  const HubOptions& options_;
  PeerTable& peers_;
  absl::flat_hash_map<ConnectionId, Bucket> buckets_;
  absl::btree_set<std::pair<SteadyTime, ConnectionId>> paused_;  // and until when
};

}  // namespace pigeonhub
