// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/deadlines.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/links/paths.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/peers/audience.h"
#include "server/core/peers/contested/liveness_checks.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Another hub says that it has a peer which is connected here. Its word alone takes nothing: our
// connection is asked, and only silence gives the peer up.
//
// Hubs repeat themselves, and some say again what they heard from this hub. So a connection is
// asked at most once in a rest, whoever claims it; a claim that comes sooner waits for its end. A
// claim of a mesh hub is not kept meanwhile: that hub is asked to announce its peer again.
//
// A reference hub knows of no generations. The answer to its claim is left out if the same hub was
// the last one that got one: otherwise our word and its echo would go on for ever.
class PresenceClaims {
 public:
  PresenceClaims(PeerTable& peers, RemotePeerTable& remote, MeshHubTable& mesh_hubs,
                 const Paths& paths, Audience& audience, LivenessChecks& liveness)
      : peers_(peers),
        remote_(remote),
        mesh_hubs_(mesh_hubs),
        paths_(paths),
        audience_(audience),
        liveness_(liveness) {}

  void FromReference(Turn& turn, Peer& peer, const RemoteJoin& input);
  void FromMesh(Turn& turn, Peer& peer, const RemoteJoin& input);
  void Withdraw(Peer& peer, PathId path);
  // The peer lives, and the reference hub at the other end of `link` should know.
  void Answer(Turn& turn, Peer& peer, const Link& link);

  // Asks the peers whose rest is over, for the claims that waited meanwhile.
  void EndRests(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const { return rests_.NextDeadline(); }
  void Clear() { rests_.Clear(); }

 private:
  void Refuse(PathId path);
  // Begins a rest.
  void Ask(Turn& turn, Peer& peer, Peer::Contender claim);

  PeerTable& peers_;
  RemotePeerTable& remote_;
  MeshHubTable& mesh_hubs_;
  const Paths& paths_;
  Audience& audience_;
  LivenessChecks& liveness_;
  Deadlines rests_;
};

}  // namespace pigeonhub
