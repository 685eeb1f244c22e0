// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "pigeonhub/token_claims.h"
#include "server/core/time.h"
#include "server/net/http/ban_gate.h"
#include "server/net/http/hub_credentials.h"
#include "server/net/http/message.h"
#include "server/net/http/peer_credentials.h"
#include "server/net/http/untrusted_proxy.h"
#include "server/net/http/upgrade_gate.h"
#include "server/net/http/upgrade_verdict.h"
#include "server/runtime/address_table.h"
#include "server/runtime/dispatcher.h"

namespace pigeonhub::net {

// What a request for a WebSocket has to pass, in this order: the gate, what its address may have,
// the key of a hub, the token of a peer, the bans, a drain of some, and the embedding program. What
// costs little
// comes first, so that who is over a limit costs the hub little. The first refusal is the answer.
//
// Thread-safe.
class UpgradeChecks {
 public:
  // All references outlive this.
  UpgradeChecks(const UpgradeGate& gate, const HubCredentials& hub_credentials,
                const PeerCredentials& peer_credentials, const BanGate& bans,
                const Dispatcher& dispatcher, UntrustedProxy& untrusted_proxy)
      : gate_(gate),
        hub_credentials_(hub_credentials),
        peer_credentials_(peer_credentials),
        bans_(bans),
        dispatcher_(dispatcher),
        untrusted_proxy_(untrusted_proxy) {}

  // `lease`: the place of the connection among those of its address, which is charged for it.
  // `short_of_descriptors`: see UpgradeGate::Check.
  UpgradeVerdict Check(const HttpRequest& request, bool short_of_descriptors, AddressLease& lease,
                       SteadyTime now) const;

 private:
  // Hubs that show what they are may come as often as they like, whoever else has their address.
  std::optional<HandshakeRefusal> CheckAddress(const HttpRequest& request,
                                               const HubCredentials::Verdict& hub,
                                               AddressLease& lease, SteadyTime now) const;
  // A drain of those whose tokens have some attributes. One of all is the gate's.
  std::optional<HandshakeRefusal> CheckDrain(const TokenClaims* claims) const;
  // Whether the list of trusted hubs, if there is one, has the hub with the key that its token
  // names.
  std::optional<HandshakeRefusal> CheckHubKey(const HttpRequest& request,
                                              const HubCredentials::Verdict& hub) const;
  // By its hub token, or by what the allow list asks for. The token of a peer comes too late to
  // count here: to check one takes a hundred times as long.
  bool ShowsThatItIsAHub(const HttpRequest& request, const HubCredentials::Verdict& hub) const;

  const UpgradeGate& gate_;
  const HubCredentials& hub_credentials_;
  const PeerCredentials& peer_credentials_;
  const BanGate& bans_;
  const Dispatcher& dispatcher_;
  UntrustedProxy& untrusted_proxy_;
};

}  // namespace pigeonhub::net
