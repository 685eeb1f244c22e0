// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/access/ban_list.h"
#include "server/core/capacity.h"
#include "server/core/counters.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/identity.h"
#include "server/core/inspect.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/bus.h"
#include "server/core/mesh/lost_hubs.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/questions.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/peers/departures.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/pair_history.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"

namespace pigeonhub {

// The levels among the counters, which are set after each input.
class Gauges {
 public:
  Gauges(Counters& counters, const Identity& self, const PeerTable& peers,
         const NamespaceTable& namespaces, const HubRegistry& registry,
         const DialTargets& dial_targets, const LinkTable& links, const MeshHubTable& mesh_hubs,
         const Questions& questions, const RemotePeerTable& remote, const PeerRates& rates,
         const BanList& bans, const Policies& policies, const PairHistory& history,
         const Departures& departures, const LostHubs& lost_hubs, const Bus& bus,
         Capacity& capacity, const Inspect& inspect)
      : counters_(counters),
        self_(self),
        peers_(peers),
        namespaces_(namespaces),
        registry_(registry),
        dial_targets_(dial_targets),
        links_(links),
        mesh_hubs_(mesh_hubs),
        questions_(questions),
        remote_(remote),
        rates_(rates),
        bans_(bans),
        policies_(policies),
        history_(history),
        departures_(departures),
        lost_hubs_(lost_hubs),
        bus_(bus),
        capacity_(capacity),
        inspect_(inspect) {}

  void Update();

 private:
  Counters& counters_;
  const Identity& self_;
  const PeerTable& peers_;
  const NamespaceTable& namespaces_;
  const HubRegistry& registry_;
  const DialTargets& dial_targets_;
  const LinkTable& links_;
  const MeshHubTable& mesh_hubs_;
  const Questions& questions_;
  const RemotePeerTable& remote_;
  const PeerRates& rates_;
  const BanList& bans_;
  const Policies& policies_;
  const PairHistory& history_;
  const Departures& departures_;
  const LostHubs& lost_hubs_;
  const Bus& bus_;
  Capacity& capacity_;
  const Inspect& inspect_;
};

}  // namespace pigeonhub
