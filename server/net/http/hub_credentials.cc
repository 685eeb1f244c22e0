// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/hub_credentials.h"

#include "server/auth/hub_token.h"
#include "server/core/hub.h"
#include "server/core/identity.h"
#include "server/wire/target.h"

namespace pigeonhub::net {
namespace {

constexpr std::string_view kBearer = "Bearer ";
constexpr std::string_view kTokenHeader = "PigeonHub-Token";

std::string_view BearerToken(std::string_view authorization) {
  if (!authorization.starts_with(kBearer)) return {};
  const std::string_view token = authorization.substr(kBearer.size());
  // Other bearer tokens are for somebody else.
  return auth::LooksLikeHubToken(token) ? token : std::string_view();
}

}  // namespace

std::vector<std::pair<std::string, std::string>> HubCredentials::Show(
    std::string_view addressee) const {
  std::vector<std::pair<std::string, std::string>> headers;
  if (keys_.empty()) return headers;
  const std::string network = HubMeshNamespace();
  const UnixMillis now = clock_.Read().unix_ms;
  auth::HubTokenClaims claims{.hub = rules_.self, .network = network};
  if (rules_.takes_hub1) {
    headers.emplace_back("Authorization", std::string(kBearer) + keys_.Make(claims, now));
  }
  claims.key = rules_.public_key;
  claims.addressee = addressee;
  headers.emplace_back(kTokenHeader, keys_.Make(claims, now));
  return headers;
}

HubCredentials::Verdict HubCredentials::Check(const HttpRequest& request) const {
  const std::string in_url = wire::FieldOfTarget(request.target, "hubToken");
  const std::string_view in_header = request.header ? request.header(kTokenHeader) : "";
  const PeerId hub = PeerId::Parse(wire::PeerIdOfTarget(request.target)).value_or(PeerId());
  Verdict best;
  // All of them: a token that was shown can be used by nobody else.
  for (const std::string_view text :
       {in_header, BearerToken(request.authorization), std::string_view(in_url)}) {
    if (text.empty()) continue;
    const Verdict verdict = CheckToken(text, hub);
    const bool better =
        best.credential != HubCredential::kValid && verdict.credential == HubCredential::kValid;
    if (best.credential == HubCredential::kNone || better) best = verdict;
  }
  return best;
}

HubCredentials::Verdict HubCredentials::CheckToken(std::string_view text, const PeerId& hub) const {
  const std::optional<auth::HubToken> token = auth::ParseHubToken(text);
  if (!token.has_value() || (token->addressee.empty() && !rules_.takes_hub1)) {
    return {HubCredential::kInvalid, Reason::kHubTokenMalformed};
  }
  const std::string network = HubMeshNamespace();
  const bool is_addressee = dispatcher_.Read(
      [&](const Hub& core) { return core.identity().IsAddressee(token->addressee); });
  const std::optional<Reason> refusal =
      keys_.Refusal(*token, {hub, network, is_addressee}, clock_.Read().unix_ms);
  if (refusal.has_value()) return {HubCredential::kInvalid, *refusal};
  return {.credential = HubCredential::kValid, .hub_key = token->key};
}

std::string HubCredentials::HubMeshNamespace() const {
  return dispatcher_.Read([](const Hub& hub) { return hub.identity().mesh_namespace(); });
}

}  // namespace pigeonhub::net
