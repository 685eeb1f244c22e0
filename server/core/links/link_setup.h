// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/link_sender.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/peers/introductions.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// How a link begins and ends. A link to a reference hub begins with a list of all that it should
// know; a link to a mesh hub changes the map.
class LinkSetup {
 public:
  LinkSetup(const Identity& self, PeerTable& peers, RemotePeerTable& remote, HubMap& map,
            LinkTable& links, MeshHubTable& mesh_hubs, LinkSender& link_sender,
            Introductions& introductions, RemotePresence& remote_presence)
      : self_(self),
        peers_(peers),
        remote_(remote),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs),
        link_sender_(link_sender),
        introductions_(introductions),
        remote_presence_(remote_presence) {}

  // A connected peer is a hub on the hub mesh namespace.
  void OpenFrom(Turn& turn, Peer& peer);
  // This hub dialed, and is connected. Which dialect the other one speaks shows later.
  void OpenTo(Turn& turn, const DialTarget& dial_target);
  void BecomeReference(Turn& turn, Link& link);
  // `plain_server`: this hub dialed, and what answers there is no hub.
  void BecomeMesh(Turn& turn, Link& link, const PeerId& hub, bool plain_server = false);
  // The link is over, and with it what only it led to.
  void Remove(Turn& turn, PathId path);

 private:
  Link& Add(Turn& turn, ConnectionId connection);

  const Identity& self_;
  PeerTable& peers_;
  RemotePeerTable& remote_;
  HubMap& map_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  LinkSender& link_sender_;
  Introductions& introductions_;
  RemotePresence& remote_presence_;
};

}  // namespace pigeonhub
