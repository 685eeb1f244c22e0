// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pigeonhub/event.h"
#include "pigeonhub/token_claims.h"
#include "server/core/access/ban_guard.h"
#include "server/core/cleanup_timer.h"
#include "server/core/deadlines.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/hubs/standing.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/departures.h"
#include "server/core/peers/mass_departures.h"
#include "server/core/peers/membership.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/time_limits.h"
#include "server/core/reason.h"
#include "server/core/turn.h"

namespace pigeonhub {

// A connection that finished its handshake and is no peer yet.
struct Newcomer {
  PeerId id;
  std::string address;
  HubCredential hub_credential = HubCredential::kNone;
  Reason hub_credential_reason = Reason::kHubTokenMalformed;
  bool has_mesh_key = false;
  std::optional<PublicKey> hub_key = {};
  Entrance entrance = Entrance::kAnybody;
  SharedClaims claims = {};

  // Views of what this holds.
  Origin origin() const { return {id.text(), address, {}}; }
};

// How a connection ended.
struct Departure {
  Reason reason;
  uint16_t code;
  std::string_view text;             // for peer-disconnected; empty: derived from the reason
  const RawJson* goodbye = nullptr;  // the peer's own goodbye, to be passed on
};

// Connections become peers, have so long to announce, and go.
class Connections {
 public:
  Connections(const HubOptions& options, PeerTable& peers, RemotePeerTable& remote,
              HubRegistry& registry, QuarantineList& quarantined, const BanGuard& bans,
              LinkTable& links, Standing& standing, Membership& membership, Departures& departures,
              CleanupTimer& cleanup)
      : peers_(peers),
        remote_(remote),
        registry_(registry),
        quarantined_(quarantined),
        bans_(bans),
        links_(links),
        standing_(standing),
        membership_(membership),
        departures_(departures),
        cleanup_(cleanup),
        time_limits_(options, peers) {}

  // Why a ban turns the newcomer away; empty if none does.
  std::optional<Reason> RefusalOf(const Newcomer& newcomer) const {
    return bans_.RefusalOf({&newcomer.id, newcomer.claims.get(), newcomer.address},
                           newcomer.hub_credential);
  }
  // The newcomer is the peer of that id from now on, unless it is a hub in quarantine.
  void Bind(Turn& turn, ConnectionId connection, const Newcomer& newcomer);
  TimeLimits& time_limits() { return time_limits_; }

  // Takes the peer out of everything and tells whoever has to know. `peer` is gone afterwards.
  void Remove(Turn& turn, Peer& peer, const Departure& departure);
  // Removes all peers because signaling stops. Everybody goes, so nobody is told who left.
  void RemoveAll(Turn& turn, Reason reason);

  // Tells of departures that were many at once and are over by now.
  void EmitMassDepartures(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const {
    return EarliestOf(time_limits_, mass_departures_);
  }

 private:
  static PeerDisconnected Describe(const Turn& turn, const Peer& peer, Reason reason,
                                   uint16_t code);
  // Tells that the peer left, and remembers it.
  void TellDeparture(Turn& turn, const PeerDisconnected& event);

  PeerTable& peers_;
  RemotePeerTable& remote_;
  HubRegistry& registry_;
  QuarantineList& quarantined_;
  const BanGuard& bans_;
  LinkTable& links_;
  Standing& standing_;
  Membership& membership_;
  Departures& departures_;
  CleanupTimer& cleanup_;
  MassDepartures mass_departures_;
  TimeLimits time_limits_;
};

}  // namespace pigeonhub
