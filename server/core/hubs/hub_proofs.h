// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/base/address.h"
#include "server/base/key_pair.h"
#include "server/core/hubs/trust_list.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/links/dial_targets.h"
#include "server/core/options.h"
#include "server/core/peers/peer_table.h"

namespace pigeonhub {

// What shows that a connection belongs to the hub whose id it has, and which ids only such a
// connection may have. Ids are public: without this a stranger could take the id of a hub that is
// away, and keep the hub out.
class HubProofs {
 public:
  HubProofs(const HubOptions& options, const DialTargets& dial_targets, const TrustList& trusted);

  // What the connection of `id` brought. With HubAdmission::kDeny a hub token is worth nothing;
  // that of a peer is, if it says that the peer is a hub.
  HubCredential Judge(const PeerId& id, const Opened& input) const;

  // Why a hub token that is valid does not let this connection have the id: the list of trusted
  // hubs does not have the id with the key that the token names. Empty if it may.
  std::optional<Reason> RefusalOfToken(const PeerId& id, HubCredential token,
                                       const std::optional<PublicKey>& key) const;
  // Why a peer that is let in as a hub may be none, for want of a key: where hubs have to sign what
  // they say, or have to be on the list of trusted hubs.
  std::optional<Reason> RefusalOfHub(const Peer& peer) const;

  // Whether the allow list names the id, whatever it asks for.
  bool IsAllowed(const PeerId& id) const { return allowed_.contains(id); }

  // Whether the id is kept for connections with HubCredential::kValid, also while there is none:
  // - the allow list asks for more than the id;
  // - a connection with this id had a valid credential since this process started;
  // - tokens are asked for, and it is the hub at a bootstrap address.
  bool IsReserved(const PeerId& id) const;
  // A connection with this id had a valid credential.
  void NoteProof(const PeerId& id);

 private:
  struct Allowed {
    std::optional<AddressNetwork> network;
    std::string secret;
  };

  const HubOptions& options_;
  const DialTargets& dial_targets_;
  const TrustList& trusted_;
  absl::flat_hash_map<PeerId, std::vector<Allowed>> allowed_;
  // At most limits.hubs_named of those that came last.
  absl::flat_hash_set<PeerId> proven_;
  std::deque<PeerId> proven_in_order_;
};

}  // namespace pigeonhub
