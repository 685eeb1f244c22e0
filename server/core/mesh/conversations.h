// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/frame_sender.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/mesh/stream_numbers.h"
#include "server/core/options.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/departures.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// With which mesh hubs this hub talks. A hub is talked to from when it is on the map until no link
// has led there for a while.
class Conversations {
 public:
  Conversations(const HubOptions& options, StreamNumbers& streams, const Identity& self,
                PeerTable& peers, RemotePeerTable& remote, HubMap& map, LinkTable& links,
                MeshHubTable& mesh_hubs, RemotePresence& remote_presence, ContestedIds& contested,
                FrameSender& frame_sender, Departures& departures)
      : options_(options),
        streams_(streams),
        self_(self),
        peers_(peers),
        remote_(remote),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs),
        remote_presence_(remote_presence),
        contested_(contested),
        frame_sender_(frame_sender),
        departures_(departures) {}

  MeshHub& Begin(const Turn& turn, const PeerId& id);
  // Makes the hub known in the hub mesh namespace.
  void Show(Turn& turn, const MeshHub& hub);
  // Withdraws what the hub announced, and says how many peers; the hub stays on the map. Harmless
  // for any other id.
  size_t Stop(Turn& turn, const PeerId& id);
  // The same, and takes the hub off the map. It is remembered who was lost with it.
  size_t Lose(Turn& turn, const PeerId& id);

 private:
  const HubOptions& options_;
  StreamNumbers& streams_;
  const Identity& self_;
  PeerTable& peers_;
  RemotePeerTable& remote_;
  HubMap& map_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  RemotePresence& remote_presence_;
  ContestedIds& contested_;
  FrameSender& frame_sender_;
  Departures& departures_;
};

}  // namespace pigeonhub
