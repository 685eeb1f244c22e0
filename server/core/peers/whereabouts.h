// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/paths.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/peers/departures.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_table.h"
#include "server/core/time.h"

namespace pigeonhub {

// Where the peers are that are not connected here: at which hub, as the mesh tells, or how they
// left. Changes nothing.
class Whereabouts {
 public:
  Whereabouts(const Identity& self, const PeerTable& peers, const NamespaceTable& namespaces,
              const RemotePeerTable& remote, const Departures& departures, const HubMap& map,
              const MeshHubTable& mesh_hubs, const Paths& paths)
      : self_(self),
        peers_(peers),
        namespaces_(namespaces),
        remote_(remote),
        departures_(departures),
        map_(map),
        mesh_hubs_(mesh_hubs),
        paths_(paths) {}

  // See HubServer::ListRemotePeers.
  RemotePeerPage List(const PeerFilter& filter, std::string_view after, size_t most) const;
  // A peer of another hub; nothing if none is known to have it.
  std::optional<PeerRecord> Find(const PeerId& peer) const;

  // Hubs that a link told of.
  std::vector<HubRecord> HubsHeardOf() const;

  // How the peer left last.
  std::optional<PeerDeparture> FindDeparted(const Now& now, const PeerId& peer) const;
  // At most `most` of those who left, whose ids begin so.
  std::vector<PeerId> FindDepartedBeginning(const Now& now, std::string_view prefix,
                                            size_t most) const;

 private:
  PeerRecord RecordOf(const RemotePeer& peer) const;
  RemotePlace PlaceOf(const RemotePeer::Entry& entry) const;

  const Identity& self_;
  const PeerTable& peers_;
  const NamespaceTable& namespaces_;
  const RemotePeerTable& remote_;
  const Departures& departures_;
  const HubMap& map_;
  const MeshHubTable& mesh_hubs_;
  const Paths& paths_;
};

}  // namespace pigeonhub
