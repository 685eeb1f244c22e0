// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/capacity.h"
#include "server/core/drain_plan.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/options.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_table.h"

namespace pigeonhub {

// Questions about peers, namespaces and hubs. They change nothing.
class Inspect {
 public:
  Inspect(const HubOptions& options, const Identity& self, const PeerTable& peers,
          const NamespaceTable& namespaces, const RemotePeerTable& remote,
          const HubRegistry& registry, const Capacity& capacity, const DrainPlan& drain)
      : options_(options),
        self_(self),
        peers_(peers),
        namespaces_(namespaces),
        remote_(remote),
        registry_(registry),
        capacity_(capacity),
        drain_(drain) {}

  // Peers of other hubs, without those hubs themselves.
  size_t remote_peers() const;

  // See Hub.
  HubStats Stats() const;
  std::vector<HubRecord> ConnectedHubs(const std::optional<PeerId>& exclude) const;
  std::vector<HubRecord> HubsExpected() const;
  PeerPage ListPeers(const PeerFilter& filter, uint64_t after_order, size_t max_looked_at) const;
  std::optional<PeerRecord> FindPeer(const PeerId& peer) const;
  std::vector<NamespaceRecord> ListNamespaces(const std::string& prefix, const std::string& after,
                                              size_t limit) const;
  std::optional<NamespaceRecord> FindNamespace(const std::string& name) const;

 private:
  const HubOptions& options_;
  const Identity& self_;
  const PeerTable& peers_;
  const NamespaceTable& namespaces_;
  const RemotePeerTable& remote_;
  const HubRegistry& registry_;
  const Capacity& capacity_;
  const DrainPlan& drain_;
};

}  // namespace pigeonhub
