// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/core/hubs/hub_registry.h"
#include "server/core/hubs/standing.h"
#include "server/core/identity.h"
#include "server/core/mesh/handshake_trace.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/audience.h"
#include "server/core/peers/introductions.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Which peer is in which namespace: announce, move and leave.
class Membership {
 public:
  Membership(const HubOptions& options, const Policies& policies, const Identity& self,
             NamespaceTable& namespaces, HubRegistry& registry, Audience& audience,
             Introductions& introductions, RemotePresence& remote_presence,
             Subscriptions& subscriptions, Standing& standing, HandshakeTrace& trace)
      : options_(options),
        policies_(policies),
        self_(self),
        namespaces_(namespaces),
        registry_(registry),
        audience_(audience),
        introductions_(introductions),
        remote_presence_(remote_presence),
        subscriptions_(subscriptions),
        standing_(standing),
        trace_(trace) {}

  std::optional<Reason> Announce(Turn& turn, Peer& peer, const inbound::Announce& announce);
  // Makes a member known to whoever should know it as it is now: its namespace, links and mesh
  // hubs. `again`: its namespace knew it before.
  void Present(Turn& turn, Peer& peer, bool again);
  // `goodbye` is the peer's own, to be passed on; null if it said none.
  void Leave(Turn& turn, Peer& peer, const std::string& reason, const RawJson* goodbye);

 private:
  // Why the announce is not accepted; empty if it is. `rules` are those of its namespace.
  std::optional<Reason> RefusalOf(const Peer& peer, const inbound::Announce& announce,
                                  const NamespaceRules& rules) const;
  // Whether it wants to be where hubs meet, and is let in there as one: what tokens grant is about
  // peers.
  bool ComesAsHub(const Peer& peer, const inbound::Announce& announce) const;
  void Join(Turn& turn, Peer& peer, std::string_view name);

  const HubOptions& options_;
  const Policies& policies_;
  const Identity& self_;
  NamespaceTable& namespaces_;
  HubRegistry& registry_;
  Audience& audience_;
  Introductions& introductions_;
  RemotePresence& remote_presence_;
  Subscriptions& subscriptions_;
  Standing& standing_;
  HandshakeTrace& trace_;
};

}  // namespace pigeonhub
