// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "pigeonhub/peer_auth.h"
#include "pigeonhub/token_claims.h"
#include "server/auth/token/token_verifier.h"
#include "server/net/http/hub_credentials.h"
#include "server/net/http/message.h"
#include "server/net/http/upgrade_gate.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"

namespace pigeonhub::net {

// Where tokens of peers are looked for, and whether there has to be one.
struct PeerTokenRules {
  PeerAuth auth = PeerAuth::kNone;
  std::string cookie{};    // its name; empty: none
  bool from_query = true;  // the field `token` of the URL
};

// The token of the peer that asks; empty if it brought none. The first of these that is there:
// Authorization: Bearer (unless that is a hub's token), the cookie, a subprotocol
// (bearer_protocol.h), the field `token` of the URL.
std::optional<std::string> PeerTokenOf(const HttpRequest& request, const PeerTokenRules& rules);

// The answer to a token that is worth nothing, or to none. It never has any part of the token.
HandshakeRefusal TokenRefused(Reason reason);

// Whether a refusal of a token looks like a try with one of nobody's. Who brought none tried
// nothing. And clients that connect again by themselves bring the token they had: when a hub starts
// anew, all of a school behind one address may come with tokens that were good.
bool LooksLikeGuessing(Reason reason);

// Checks the tokens with which peers ask for a WebSocket. A hub needs none if it comes where hubs
// come in and brings what admits it.
//
// Thread-safe.
class PeerCredentials {
 public:
  // All references outlive this. Without a verifier tokens are not looked at.
  PeerCredentials(const auth::TokenVerifier* verifier, const Dispatcher& dispatcher,
                  const Clock& clock, PeerTokenRules rules)
      : verifier_(verifier), dispatcher_(dispatcher), clock_(clock), rules_(std::move(rules)) {}

  struct Verdict {
    std::optional<HandshakeRefusal> refusal{};
    SharedClaims claims{};  // null: there is no token, and none is needed
  };
  // `hub` is what the hub token of the request is worth.
  Verdict Check(const HttpRequest& request, const HubCredentials::Verdict& hub) const;

 private:
  std::variant<SharedClaims, Reason> Examine(const HttpRequest& request) const;
  bool ComesAsHub(const HttpRequest& request, const HubCredentials::Verdict& hub) const;

  const auth::TokenVerifier* const verifier_;
  const Dispatcher& dispatcher_;
  const Clock& clock_;
  const PeerTokenRules rules_;
};

}  // namespace pigeonhub::net
