// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <utility>

#include "absl/container/btree_set.h"
#include "server/core/deadlines.h"
#include "server/core/ids.h"
#include "server/core/options.h"
#include "server/core/peers/peer_table.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// How long connections may stay: until they announce, and as long as their tokens count.
class TimeLimits {
 public:
  TimeLimits(const HubOptions& options, const PeerTable& peers)
      : options_(options), peers_(peers) {}

  // From now on the connection has so long to announce.
  void ExpectAnnounce(const Turn& turn, ConnectionId connection);
  // The peer may stay until its token ends, where the options say so.
  void ExpectTokenEnd(const Turn& turn, Peer& peer);
  // The peer goes.
  void Forget(const Peer& peer);
  void Clear();

  // The next peer that did not announce in time, or whose token has ended; null if there is none.
  // Called until then.
  Peer* TakeUnannounced(SteadyTime now);
  Peer* TakeExpired(SteadyTime now);
  std::optional<SteadyTime> NextDeadline() const {
    std::optional<SteadyTime> token_end;
    if (!token_ends_.empty()) token_end = token_ends_.begin()->first;
    return Earliest(announces_.NextDeadline(), token_end);
  }

 private:
  const HubOptions& options_;
  const PeerTable& peers_;
  Deadlines announces_;
  absl::btree_set<std::pair<SteadyTime, ConnectionId>> token_ends_;
};

}  // namespace pigeonhub
