// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/btree_set.h"
#include "server/core/ids.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"
#include "server/core/peers/spending.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// How much of the hub one peer may use: messages, bytes, announces, and what goes to many or brings
// the peer a list of many, which costs the bytes of all that is sent. Each peer has a bucket for
// each. While one is overdrawn nothing is read from the peer, so that nothing is lost and the
// others do not pay for it. A peer that goes on so for 10 s has to leave. Hubs are exempt, and
// peers at loopback addresses where a rate was set by nobody.
//
// How fast a member may be is looked up in the rules of its namespace whenever it matters. So a
// policy that changes holds at once, and for all alike.
class PeerRates {
 public:
  // A peer that keeps a bucket overdrawn for so long has to leave.
  static constexpr Duration kLongestOver = std::chrono::seconds(10);

  PeerRates(const Policies& policies, PeerTable& peers) : policies_(policies), peers_(peers) {}

  // A message of `bytes` came from the peer.
  void OnMessage(Turn& turn, Peer& peer, size_t bytes);
  // The same, if the peer is within its rates with it and they are those that it had last. False:
  // nothing has changed. It must have a namespace, and changes nothing but the peer.
  bool TakesQuietly(const Now& now, Peer& peer, size_t bytes) const;
  void OnAnnounce(const Turn& turn, Peer& peer);
  // `peer` caused so many messages. `words` is the bytes in all of them, without their envelopes.
  void OnFanout(const Turn& turn, Peer& peer, size_t messages, size_t words);
  // Stops reading from the peer if a bucket is overdrawn. Called when a message of it is done.
  void Settle(Turn& turn, Peer& peer) {
    if (!peer.is_hub) Settle(turn, peer, PacesOf(turn, peer));
  }

  // Reads on from the peers whose pause is over. Returns the next one that has to leave instead;
  // null if there is none. Called until then.
  Peer* EndPauses(Turn& turn);
  // Policies have changed: reads on from those who are not over their rate any more.
  void OnPoliciesChanged(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const {
    return paused_.empty() ? std::nullopt : std::optional(paused_.begin()->first);
  }

  size_t paused() const { return paused_.size(); }

 private:
  // Those that hold for the peer now.
  const PeerPaces& PacesOf(const Turn& turn, Peer& peer) const;
  void Settle(Turn& turn, Peer& peer, const PeerPaces& paces);

  const Policies& policies_;
  PeerTable& peers_;
  absl::btree_set<std::pair<SteadyTime, ConnectionId>> paused_;  // and until when
};

}  // namespace pigeonhub
