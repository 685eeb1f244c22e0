// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/peer_credentials.h"

#include <string_view>

#include "server/auth/hub_token.h"
#include "server/base/text.h"
#include "server/core/hub.h"
#include "server/net/http/bearer_protocol.h"
#include "server/wire/target.h"

namespace pigeonhub::net {
namespace {

std::optional<std::string> InAuthorization(std::string_view authorization) {
  const size_t space = authorization.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  if (!EqualsIgnoringCase(authorization.substr(0, space), "Bearer")) return std::nullopt;
  const std::string_view token = Trimmed(authorization.substr(space));
  if (auth::LooksLikeHubToken(token)) return std::nullopt;
  return std::string(token);
}

// The value of the cookie (RFC 6265 4.2.1).
std::optional<std::string> InCookie(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    // Several headers are put together with commas, which no cookie has.
    const size_t end = cookies.find_first_of(";,");
    const std::string_view pair = Trimmed(cookies.substr(0, end));
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
      std::string_view value = pair.substr(equals + 1);
      if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
        value = value.substr(1, value.size() - 2);
      }
      return std::string(value);
    }
    cookies.remove_prefix(end == std::string_view::npos ? cookies.size() : end + 1);
  }
  return std::nullopt;
}

// What the client reads behind the name of the reason.
std::string_view Words(Reason reason) {
  switch (reason) {
    case Reason::kTokenMissing:
      return "this hub asks for a token.";
    case Reason::kTokenMalformed:
      return "a claim of the token is not as it must be.";
    case Reason::kTokenExpired:
      return "the token has expired; bring a new one.";
    case Reason::kTokenNotYetValid:
      return "the token is valid from later on; compare the clocks.";
    case Reason::kTokenWrongAudience:
      return "the token is for another service.";
    case Reason::kTokenWrongIssuer:
      return "the token is from somebody whose tokens are not taken here.";
    case Reason::kTokenWrongPeer:
      return "the token is for another peer id; connect with that one, or ask for a token without "
             "one.";
    default:
      return "the token is not valid here.";
  }
}

}  // namespace

std::optional<std::string> PeerTokenOf(const HttpRequest& request, const PeerTokenRules& rules) {
  if (auto token = InAuthorization(request.authorization)) return token;
  if (!rules.cookie.empty() && request.header) {
    if (auto token = InCookie(request.header("Cookie"), rules.cookie)) return token;
  }
  if (auto token = TokenAmongProtocols(request.websocket_protocols)) return token;
  if (rules.from_query) {
    std::string token = wire::FieldOfTarget(request.target, "token");
    if (!token.empty()) return token;
  }
  return std::nullopt;
}

HandshakeRefusal TokenRefused(Reason reason) {
  if (reason == Reason::kTokenWrongPeer) return {reason, PlainAnswer(403, reason, Words(reason))};
  HandshakeRefusal refusal{reason, PlainAnswer(401, reason, Words(reason))};
  // A request that brought nothing is told no error (RFC 6750 3.1).
  refusal.response.headers.emplace_back("WWW-Authenticate", reason == Reason::kTokenMissing
                                                                ? "Bearer"
                                                                : "Bearer error=\"invalid_token\"");
  return refusal;
}

bool LooksLikeGuessing(Reason reason) {
  return reason != Reason::kTokenMissing && reason != Reason::kTokenExpired;
}

PeerCredentials::Verdict PeerCredentials::Check(const HttpRequest& request,
                                                const HubCredentials::Verdict& hub) const {
  if (verifier_ == nullptr || rules_.auth == PeerAuth::kNone) return {};
  auto examined = Examine(request);
  if (SharedClaims* claims = std::get_if<SharedClaims>(&examined)) return {{}, std::move(*claims)};
  const Reason reason = std::get<Reason>(examined);
  if (reason == Reason::kTokenMissing && rules_.auth == PeerAuth::kOptional) return {};
  // What stands in Authorization may be for a proxy on the way, whatever the hub is.
  if (ComesAsHub(request, hub)) return {};
  return {TokenRefused(reason), nullptr};
}

std::variant<SharedClaims, Reason> PeerCredentials::Examine(const HttpRequest& request) const {
  const std::optional<std::string> token = PeerTokenOf(request, rules_);
  if (!token.has_value()) return Reason::kTokenMissing;
  // One that is there and empty is no token.
  if (token->empty()) return Reason::kTokenInvalid;
  auto examined = verifier_->Check(*token, clock_.Read().unix_ms);
  const SharedClaims* claims = std::get_if<SharedClaims>(&examined);
  if (claims == nullptr || !(*claims)->peer.has_value()) return examined;
  if (PeerId::Parse(wire::PeerIdOfTarget(request.target)) != (*claims)->peer) {
    return Reason::kTokenWrongPeer;
  }
  return examined;
}

bool PeerCredentials::ComesAsHub(const HttpRequest& request,
                                 const HubCredentials::Verdict& hub) const {
  if (request.entrance != Entrance::kAnybody) return request.entrance == Entrance::kHubs;
  if (hub.credential == HubCredential::kValid) return true;
  // The core keeps such ids for connections that show what it asks of the hub.
  const std::optional<PeerId> id = PeerId::Parse(wire::PeerIdOfTarget(request.target));
  return id.has_value() &&
         dispatcher_.Read([&](const Hub& core) { return core.ban_guard().IsHubId(*id); });
}

}  // namespace pigeonhub::net
