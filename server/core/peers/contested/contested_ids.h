// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/peers/audience.h"
#include "server/core/peers/connections.h"
#include "server/core/peers/contested/dropped_words.h"
#include "server/core/peers/contested/liveness_checks.h"
#include "server/core/peers/contested/newcomers.h"
#include "server/core/peers/contested/presence_claims.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// One id, two connections: whose is the peer? The newcomer may be connected here, or be a peer of
// another hub.
//
// Each connection of a peer has a generation; of two mesh hubs that have the same peer the one with
// the higher (generation, hub id) owns it. Clocks never decide. A newcomer that is known at another
// hub waits here while that hub asks its own connection (Claim): it holds the peer, or yields it;
// silence for 3 s hands it to this hub. Two hubs that did not know of each other may learn that
// both have the peer. Then the hub with the lower pair pings its connection. If that is silent,
// this hub gives it up. If it answers, this hub announces the peer again with a higher generation,
// and the other hub pings its own connection. If that answers too, both stay: no word of another
// hub ends a connection that answers.
class ContestedIds {
 public:
  ContestedIds(const Identity& self, PeerTable& peers, LinkTable& links, MeshHubTable& mesh_hubs,
               Interest& interest, Audience& audience, DroppedWords& dropped,
               RemotePresence& remote_presence, Connections& connections, LivenessChecks& liveness,
               PresenceClaims& presence_claims, Newcomers& newcomers)
      : self_(self),
        peers_(peers),
        links_(links),
        mesh_hubs_(mesh_hubs),
        interest_(interest),
        audience_(audience),
        dropped_(dropped),
        remote_presence_(remote_presence),
        connections_(connections),
        liveness_(liveness),
        presence_claims_(presence_claims),
        newcomers_(newcomers) {}

  // The connection of a peer is over. `peer` is gone afterwards, or belongs to a newcomer.
  void End(Turn& turn, Peer& peer, const Departure& departure);
  // The same, and this hub ends it.
  void Close(Turn& turn, Peer& peer, Reason reason);

  // Another hub announces or withdraws a peer.
  void Join(Turn& turn, const RemoteJoin& input);
  void Leave(Turn& turn, const RemoteLeave& input);

  // Gives up the holders that showed no sign of life in time, for newcomers here or for other hubs.
  void ExpireNewcomers(Turn& turn);
  void ExpireChecks(Turn& turn);
  // Signaling stops.
  void Forget();

 private:
  // Another hub announces a peer that is connected here.
  void Contest(Turn& turn, Peer& peer, const RemoteJoin& input);
  // The peer that was asked is gone: other hubs get what they waited for.
  void FinishCheck(Turn& turn, const PeerId& id, uint64_t generation,
                   const Peer::LivenessCheck& check);

  const Identity& self_;
  PeerTable& peers_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  Interest& interest_;
  Audience& audience_;
  DroppedWords& dropped_;
  RemotePresence& remote_presence_;
  Connections& connections_;
  LivenessChecks& liveness_;
  PresenceClaims& presence_claims_;
  Newcomers& newcomers_;
};

}  // namespace pigeonhub
