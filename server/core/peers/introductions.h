// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <vector>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/handshake_trace.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/peers/discovery.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/pending_list.h"
#include "server/core/peers/policies.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Makes a peer and its namespace known to each other. A long list goes out in pieces: the first at
// once, the next whenever the receiver's queue has room.
class Introductions {
 public:
  // Whom a newcomer to a large namespace meets follows from `secret`.
  Introductions(const Policies& policies, uint64_t secret, const Identity& self, PeerTable& peers,
                RemotePeerTable& remote, LinkTable& links, PeerRates& rates, HandshakeTrace& trace)
      : policies_(policies),
        secret_(secret),
        self_(self),
        peers_(peers),
        remote_(remote),
        links_(links),
        rates_(rates),
        trace_(trace) {}

  // The peer has come to its namespace: members and the peer are told of each other.
  void Introduce(Turn& turn, Peer& peer);
  // The peer is not what it was: the members that have met it are told.
  void TellOfChange(Turn& turn, Peer& peer);
  // The peer announced again: it is told once more of the members that it has met, and pays for it.
  void ListAgain(Turn& turn, Peer& peer);
  // Sends `list` to the hub at the other end of a link, before what its list still holds.
  void SendToLink(Turn& turn, Link& link, PendingList list);
  // A reference hub announced a first member of a namespace: sends it the members that it should
  // know, which it does not keep otherwise.
  void ListNamespaceForLink(Turn& turn, PathId path, const Namespace& network);

  // The receiver's queue has room again.
  void OnWantMore(Turn& turn, const WantMore& input);
  // The receiver's queue has no room for news of a peer: its list shows that peer as it is then.
  void OnUnheard(Turn& turn, const Unheard& input);
  // Nobody waits for the rest of the peer's list any more.
  void DropList(Peer& peer);

 private:
  struct Member;

  WordsFor AudienceOf(bool of_hub, const Namespace& network) const;
  std::vector<Member> MembersToMeet(const Peer& peer) const;
  void List(Turn& turn, Peer& peer, const std::vector<Member>& members, bool again);
  // The peer's list; a new one if it has none.
  static PendingList& ListOf(Peer& peer);
  bool HasMet(const Peer& receiver, const PeerId& other) const;
  // Whether the hub at the other end of the link is told of the peer.
  bool IsTold(const Link& link, const PeerId& peer) const;
  void SendList(Turn& turn, Peer& peer);
  // The next piece of `list`; `receiver` is null for a hub that this hub dialed.
  void SendPiece(Turn& turn, ConnectionId to, PendingList& list, const Peer* receiver);

  const Policies& policies_;
  const uint64_t secret_;
  const Identity& self_;
  PeerTable& peers_;
  RemotePeerTable& remote_;
  LinkTable& links_;
  PeerRates& rates_;
  HandshakeTrace& trace_;
};

}  // namespace pigeonhub
