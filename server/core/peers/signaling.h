// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/links/link_sender.h"
#include "server/core/links/link_table.h"
#include "server/core/links/paths.h"
#include "server/core/mesh/handshake_trace.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/signal_record.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Where a signal goes: to the target if it is connected here, else to the hub that has it.
class Signaling {
 public:
  Signaling(const HubOptions& options, const Identity& self, PeerTable& peers,
            RemotePeerTable& remote, LinkTable& links, MeshHubTable& mesh_hubs, const Paths& paths,
            SignalRecord& record, LinkSender& link_sender, HandshakeTrace& trace)
      : options_(options),
        self_(self),
        peers_(peers),
        remote_(remote),
        links_(links),
        mesh_hubs_(mesh_hubs),
        paths_(paths),
        record_(record),
        link_sender_(link_sender),
        trace_(trace) {}

  // For whom a signal is, if for a peer here that the sender may signal; else null.
  Peer* TargetHere(const Peer& sender, const inbound::Signal& signal) const;
  // Hands it to that peer, once all else is done about it. It is counted in this lane of the
  // counter.
  static void Hand(Turn& turn, Peer& target, const PeerId& from, const inbound::Signal& signal,
                   unsigned lane);

  // From a peer that is connected here.
  void FromPeer(Turn& turn, Peer& sender, const inbound::Signal& signal);
  // From the other end of a link: the sender is whom the signal names.
  void FromLink(Turn& turn, Link& link, const inbound::Signal& signal);
  // From a peer of the hub at the other end of `path`.
  void FromHub(Turn& turn, PathId path, const PeerId& from, const inbound::Signal& signal);

  // The receiver of a signal had no room for it.
  void OnUndelivered(Turn& turn, const Undelivered& input);

  // Whether BootstrapSignaling events are made; at first they are not.
  void ShowBootstrapSignaling(bool show) { show_bootstrap_signaling_ = show; }

 private:
  // `from_hub`: by which it came, if not from a peer of this hub.
  void Deliver(Turn& turn, Peer& target, const PeerId& from, const inbound::Signal& signal,
               const std::optional<PeerId>& from_hub);
  // The hub to which the path leads; empty: it does not say who it is.
  std::optional<PeerId> HubOn(PathId path) const;
  // Hands a signal to the reference hub at the other end of `link`.
  void Relay(Turn& turn, Link& link, const PeerId& from, const PeerId& target, Namespace& network,
             const inbound::Signal& signal);
  // Says a signal to the mesh hub that has the target.
  void SayTo(Turn& turn, MeshHub& hub, const RemotePeer& target, const PeerId& from,
             const inbound::Signal& signal);
  // Hands a signal to the hub that has the target, unless that would be back where it came from.
  void SendTowards(Turn& turn, const RemotePeer& target, const PeerId& from,
                   const inbound::Signal& signal, std::optional<PathId> came_by);
  // True if a message to another hub has room for it, whatever path that goes.
  bool FitsALink(const inbound::Signal& signal) const;
  // For those who watch what bootstrap hubs send.
  void ShowToWatchers(Turn& turn, PathId path, const PeerId& from, const PeerId& target,
                      const inbound::Signal& signal);

  const HubOptions& options_;
  const Identity& self_;
  PeerTable& peers_;
  RemotePeerTable& remote_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  const Paths& paths_;
  SignalRecord& record_;
  LinkSender& link_sender_;
  HandshakeTrace& trace_;
  bool show_bootstrap_signaling_ = false;
};

}  // namespace pigeonhub
