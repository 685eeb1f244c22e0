// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/hubs/hub_registry.h"
#include "server/core/identity.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/bus.h"
#include "server/core/mesh/direct_links.h"
#include "server/core/mesh_message.h"
#include "server/core/peers/peer_table.h"
#include "server/core/time.h"

namespace pigeonhub {

// What this hub says of itself on the map.
class OwnNode {
 public:
  OwnNode(const Identity& self, const PeerTable& peers, const HubRegistry& registry,
          const LinkTable& links, const DirectLinks& direct_links, const Bus& bus)
      : self_(self),
        peers_(peers),
        registry_(registry),
        links_(links),
        direct_links_(direct_links),
        bus_(bus) {}

  // As it is now; id, seq and seal are still to be set.
  HubNode Describe(SteadyTime now) const;
  // The same of a hub that has no way to any other.
  HubNode DescribeAlone() const;

 private:
  const Identity& self_;
  const PeerTable& peers_;
  const HubRegistry& registry_;
  const LinkTable& links_;
  const DirectLinks& direct_links_;
  const Bus& bus_;
};

}  // namespace pigeonhub
