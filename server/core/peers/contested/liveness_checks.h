// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include "server/core/deadlines.h"
#include "server/core/ids.h"
#include "server/core/mesh/mesh_hub.h"
#include "server/core/options.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Asks a connection whether it still lives, because another hub says that it has the same peer. Who
// shows no sign of life until the deadline is given up.
class LivenessChecks {
 public:
  LivenessChecks(const HubOptions& options, PeerTable& peers) : options_(options), peers_(peers) {}

  // The check that is under way for the peer; begins one if there is none.
  Peer::LivenessCheck& Start(Turn& turn, Peer& peer);
  // A mesh hub asks whether this one still has the peer.
  void OnClaim(Turn& turn, MeshHub& hub, const PeerId& id);
  // The hub is about to announce again all that it has in a namespace. An empty name: in all
  // namespaces.
  void ForgetContenders(const MeshHub& hub, const std::string& network);
  // The hub asks for our word of the peer: its own one is over, or it says it again when asked.
  void ForgetContender(const MeshHub& hub, const PeerId& id);

  // The next peer that showed no sign of life in time; null if there is none. Called until then.
  Peer* TakeExpired(SteadyTime now);
  std::optional<SteadyTime> NextDeadline() const { return deadlines_.NextDeadline(); }
  void Clear() { deadlines_.Clear(); }

 private:
  const HubOptions& options_;
  PeerTable& peers_;
  Deadlines deadlines_;
};

}  // namespace pigeonhub
