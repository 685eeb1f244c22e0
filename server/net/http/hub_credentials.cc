// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/hub_credentials.h"

#include <optional>
#include <string_view>

#include "server/auth/hub_token.h"
#include "server/wire/target.h"

namespace pigeonhub::net {
namespace {

constexpr std::string_view kBearer = "Bearer ";

}  // namespace

std::string HubCredentials::Authorization() const {
  const std::string token = keys_.Make(self_, HubMeshNamespace(), clock_.Read().unix_ms);
  return token.empty() ? "" : std::string(kBearer) + token;
}

HubCredentials::Verdict HubCredentials::Check(const HttpRequest& request) const {
  std::string token;
  if (request.authorization.starts_with(kBearer)) {
    token = request.authorization.substr(kBearer.size());
  }
  if (!auth::LooksLikeHubToken(token)) token = wire::FieldOfTarget(request.target, "hubToken");
  if (token.empty()) return {};
  const std::optional<PeerId> hub = PeerId::Parse(wire::PeerIdOfTarget(request.target));
  const std::optional<Reason> refusal =
      keys_.Refusal(token, hub.value_or(PeerId()), HubMeshNamespace(), clock_.Read().unix_ms);
  if (refusal.has_value()) return {HubCredential::kInvalid, *refusal};
  return {HubCredential::kValid};
}

std::string HubCredentials::HubMeshNamespace() const {
  return dispatcher_.Read([](const Hub& hub) { return hub.hub_mesh_namespace(); });
}

}  // namespace pigeonhub::net
