// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "absl/container/flat_hash_map.h"
#include "server/core/deadlines.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/mesh/mesh_hub.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/mesh_message.h"
#include "server/core/options.h"
#include "server/core/peers/audience.h"
#include "server/core/peers/connections.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Connections that wait for the holder of their id to answer, here or at another hub. The holder
// may be half-open: its machine slept or changed networks, and the newcomer is the same client
// coming back. The newcomer announces at once, so nothing is read from it until it is decided whose
// the id is.
class Newcomers {
 public:
  Newcomers(const HubOptions& options, const Policies& policies, const Identity& self,
            PeerTable& peers, RemotePeerTable& remote, MeshHubTable& mesh_hubs, Audience& audience,
            Connections& connections)
      : options_(options),
        policies_(policies),
        self_(self),
        peers_(peers),
        remote_(remote),
        mesh_hubs_(mesh_hubs),
        audience_(audience),
        connections_(connections) {}

  // What is to become of a newcomer whose id is that of a peer that is connected here: the
  // namespace of that peer decides.
  OnDuplicate Decide(const Newcomer& newcomer, const Peer& holder) const;
  // The holder is connected here, and is probed.
  void WaitForHolder(Turn& turn, ConnectionId connection, Newcomer newcomer, Peer& holder);
  // True if another hub has the newcomer's id, and is asked; or need not be, as the namespace there
  // lets no newcomer take an id.
  bool WaitForHub(Turn& turn, ConnectionId connection, const Newcomer& newcomer);
  // True while another hub is asked for the id.
  bool IsClaimed(const PeerId& id) const { return claims_.contains(id); }
  // Whoever waits for that hub waits in vain.
  void RefuseClaimant(Turn& turn, const PeerId& id);

  // The holder lives: its newcomer goes.
  void Dismiss(Turn& turn, Peer& holder);
  // The holder is gone: its newcomer takes its place.
  void Admit(Turn& turn, ConnectionId connection);
  // The hub that was asked for the id did not answer in time, or gave it up.
  void TakeOver(Turn& turn, const PeerId& id);
  void OnHolds(Turn& turn, const MeshHub& hub, const PeerId& peer);
  void OnYields(Turn& turn, MeshHub& hub, const mesh::Yields& yields);
  // True if the connection was a newcomer's. It waits no longer.
  bool OnClosed(ConnectionId connection);

  // The id whose newcomer waited long enough; empty if there is none. Called until then.
  std::optional<PeerId> TakeExpired(SteadyTime now);
  std::optional<SteadyTime> NextDeadline() const { return deadlines_.NextDeadline(); }
  // Signaling stops.
  void RefuseAll(Turn& turn, Reason reason);

 private:
  struct Claim {
    ConnectionId connection;
    PeerId holder;  // the hub that was asked
  };

  void Wait(Turn& turn, ConnectionId connection, Newcomer newcomer);
  Newcomer Take(ConnectionId connection);
  bool WasAsked(const MeshHub& hub, const PeerId& peer) const;

  const HubOptions& options_;
  const Policies& policies_;
  const Identity& self_;
  PeerTable& peers_;
  RemotePeerTable& remote_;
  MeshHubTable& mesh_hubs_;
  Audience& audience_;
  Connections& connections_;
  absl::flat_hash_map<ConnectionId, Newcomer> waiting_;
  absl::flat_hash_map<PeerId, Claim> claims_;  // those whose holder is at another hub
  Deadlines deadlines_;
};

}  // namespace pigeonhub
