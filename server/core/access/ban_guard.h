// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <vector>

#include "pigeonhub/ban.h"
#include "server/core/access/ban_list.h"
#include "server/core/hubs/hub_proofs.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/input.h"
#include "server/core/peers/peer_table.h"
#include "server/core/reason.h"

namespace pigeonhub {

// What an order to ban would do at that moment.
struct BanForesight {
  std::vector<PeerId> hit;            // the connected peers that it would end, oldest first
  BanRecord in_force;                 // what would hold then
  std::optional<BanRecord> replaced;  // what is in force in its place
};

// Whom a ban hits. Hubs are not hit: those are closed out by quarantine, so that neither an
// operator nor another hub cuts the mesh by a ban on an address.
class BanGuard {
 public:
  BanGuard(const PeerTable& peers, const HubRegistry& registry, const HubProofs& proofs,
           const BanList& list)
      : peers_(peers), registry_(registry), proofs_(proofs), list_(list) {}

  // Why somebody who wants to be a peer is turned away; empty if no ban does. `credential` is what
  // is known of it by now; ids for which hubs have still to show something are not judged here.
  std::optional<Reason> RefusalOf(const Bannable& who, HubCredential credential) const;
  // The connected peers that the order would end, oldest first.
  std::vector<PeerId> WhoIsHitBy(const BanOrder& order) const;
  // Of an order that no ban can be: nothing.
  BanForesight Foresee(const BanOrder& order, UnixMillis now) const;
  // The ban that ends this peer; null if there is none.
  const BanRecord* Hitting(const Peer& peer) const {
    return IsHub(peer) ? nullptr : list_.Hitting(View(peer));
  }
  // Whether this is a hub, or the operator let the id be one.
  bool IsHub(const Peer& peer) const {
    return peer.is_hub || registry_.Trusts(peer.id, peer.hub_credential);
  }
  bool IsHubId(const PeerId& id) const;

 private:
  static Bannable View(const Peer& peer) { return {&peer.id, peer.claims.get(), peer.address}; }

  const PeerTable& peers_;
  const HubRegistry& registry_;
  const HubProofs& proofs_;
  const BanList& list_;
};

}  // namespace pigeonhub
