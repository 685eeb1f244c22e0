// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/handshake_trace.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/message.h"
#include "server/core/peers/arrival.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What is known of a remote peer, and to which links: a hub is told of it while there is a path to
// it that does not lead back to that hub.
struct RemoteState {
  Namespace* network = nullptr;  // null: the peer is not known
  Profile profile;
  size_t paths = 0;
  PathId first;
  bool spoken_for = false;  // this hub announces it to mesh hubs

  bool IsAnnouncedTo(PathId link) const { return paths > 1 || (paths == 1 && link != first); }
};

// A change of what is known of a remote peer. The tables already show the state after it, with one
// exception: a peer that is gone is still in its own table.
struct RemoteChange {
  RemotePeer& peer;
  const RemoteState& before;
  const RemoteState& after;
  // Why it left, where it did.
  const std::string& reason;
  const RawJson* goodbye = nullptr;  // the peer's own, to be passed on
};

// Who hears of a change of presence. There are three audiences: members of the namespace that are
// connected here and have met the peer, reference hubs at the other end of a link, and mesh hubs
// that want the namespace.
class Audience {
 public:
  // Whom a newcomer to a large namespace meets follows from `secret`.
  Audience(const Policies& policies, uint64_t secret, const Identity& self, LinkTable& links,
           MeshHubTable& mesh_hubs, const Interest& interest, PeerRates& rates,
           HandshakeTrace& trace)
      : policies_(policies),
        secret_(secret),
        self_(self),
        links_(links),
        mesh_hubs_(mesh_hubs),
        interest_(interest),
        rates_(rates),
        trace_(trace) {}

  // A remote peer came, changed, moved or went: all three hear of it.
  void OnRemoteChange(Turn& turn, const RemoteChange& change);
  // A peer that is connected here left `network`: all three hear of it. The roster is without it.
  void AnnounceLeave(Turn& turn, Peer& peer, const Namespace& network, const std::string& reason,
                     const RawJson* goodbye);
  // What a peer that is connected here says of itself has changed, or it has joined. Members hear
  // of it by an introduction; links and mesh hubs separately, because a hub that joins becomes a
  // link in between.
  void AnnounceToLinks(Turn& turn, Peer& peer);
  void AnnounceToMesh(const PeerId& peer, bool alive = false);
  // Announces a peer once more to a mesh hub that did not keep what it was told, if it wants that.
  void AnnounceToHubAgain(const PeerId& peer, MeshHub& hub);
  // Announces a peer that was announced to reference hubs once more, to one of them.
  void AnnounceToLinkAgain(Turn& turn, const Peer& peer, const Link& link);

 private:
  using LinkFilter = absl::FunctionRef<bool(PathId)>;
  void AnnounceToLinks(Turn& turn, const outbound::Discovered& discovered, Whose whose,
                       LinkFilter filter);
  void WithdrawFromLinks(Turn& turn, const outbound::Disconnected& left, Whose whose,
                         LinkFilter filter);
  void WithdrawFromHubs(const PeerId& id, const SharedText& network, const std::string& reason,
                        const RawJson* goodbye);
  // It has come to its namespace.
  void IntroduceToMembers(Turn& turn, RemotePeer& peer);
  // It came, or, `again`, says other words than before.
  void Tell(Turn& turn, const RemotePeer& peer, bool again);
  // `arrival` is the one of the peer that left. Returns how many were told.
  size_t WithdrawFromMembers(Turn& turn, const Namespace& network, const Arrival& arrival,
                             const outbound::Disconnected& left, const RawJson* goodbye);

  const Policies& policies_;
  const uint64_t secret_;
  const Identity& self_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  const Interest& interest_;
  PeerRates& rates_;
  HandshakeTrace& trace_;
};

}  // namespace pigeonhub
