// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "pigeonhub/records.h"
#include "server/core/address_buckets.h"
#include "server/core/hubs/hub_proofs.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/identity.h"
#include "server/core/links/dialing.h"
#include "server/core/links/link_setup.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Whether a connected peer is a hub. A hub on the hub mesh namespace is a link, too.
class Standing {
 public:
  Standing(const HubOptions& options, const Identity& self, HubRegistry& registry,
           const HubProofs& proofs, LinkSetup& link_setup, Dialing& dialing);

  // Registers or unregisters according to what the peer just announced. Why the connection is to be
  // closed: it is no hub whatever it does, as it does not have the key that it should have.
  std::optional<Reason> Update(Turn& turn, Peer& peer, bool announced_as_hub);
  void Register(Turn& turn, Peer& peer);
  void Unregister(Turn& turn, Peer& peer);
  // What a registered hub says of itself, to which an operator may have said more.
  void NoteAnnounced(Peer& peer, HubRecord& record, const Profile& announced);
  // Tells a hub that dialed that it is none here, and why. It closes, and its link says so.
  void TellRefused(Turn& turn, const Peer& peer, Reason refusal);
  // Brings the link in line with whether the peer is a hub on the hub mesh namespace.
  void UpdateLink(Turn& turn, Peer& peer);

  // The options have other limits now.
  void OnOptionsChanged();
  // Gives back what a crowd that left no longer needs.
  void Compact(SteadyTime now) { registrations_.Compact(now); }

 private:
  // Whether one more peer at this address may declare itself a hub.
  bool MayRegister(SteadyTime now, const std::string& address);

  const HubOptions& options_;
  const Identity& self_;
  HubRegistry& registry_;
  const HubProofs& proofs_;
  LinkSetup& link_setup_;
  Dialing& dialing_;
  AddressBuckets registrations_;
};

}  // namespace pigeonhub
