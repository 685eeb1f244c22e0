// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/identity.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/link_table.h"
#include "server/core/links/paths.h"
#include "server/core/mesh/bus_connection.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/lost_hubs.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/peers/peer_table.h"

namespace pigeonhub {

// Questions about links and the map. They change nothing.
class InspectLinks {
 public:
  InspectLinks(const Identity& self, const PeerTable& peers, const HubRegistry& registry,
               const DialTargets& dial_targets, const HubMap& map, const LinkTable& links,
               const MeshHubTable& mesh_hubs, const Paths& paths, const BusConnection& bus,
               const LostHubs& lost_hubs)
      : self_(self),
        peers_(peers),
        registry_(registry),
        dial_targets_(dial_targets),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs),
        paths_(paths),
        bus_(bus),
        lost_hubs_(lost_hubs) {}

  // See Hub.
  std::vector<LinkRecord> Links() const;
  TopologyRecord Topology() const;
  std::optional<BusRecord> Bus() const;

 private:
  // Hubs of the reference do not, nor do plain servers.
  bool TellsOfLinks(const PeerId& hub) const;

  const Identity& self_;
  const PeerTable& peers_;
  const HubRegistry& registry_;
  const DialTargets& dial_targets_;
  const HubMap& map_;
  const LinkTable& links_;
  const MeshHubTable& mesh_hubs_;
  const Paths& paths_;
  const BusConnection& bus_;
  const LostHubs& lost_hubs_;
};

}  // namespace pigeonhub
