// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/upgrade_checks.h"

#include <string>
#include <utility>

#include "server/core/hub.h"
#include "server/core/identity.h"
#include "server/wire/target.h"

namespace pigeonhub::net {

UpgradeVerdict UpgradeChecks::Check(const HttpRequest& request, bool short_of_descriptors,
                                    AddressLease& lease, SteadyTime now) const {
  untrusted_proxy_.Look(request);
  UpgradeVerdict verdict;
  const auto refused = [&](std::optional<HandshakeRefusal> refusal) {
    verdict.refusal = std::move(refusal);
    return verdict.refusal.has_value();
  };
  if (refused(gate_.Check(request, short_of_descriptors))) return verdict;
  verdict.hub = hub_credentials_.Check(request);
  if (refused(CheckAddress(request, verdict.hub, lease, now))) return verdict;
  if (refused(CheckHubKey(request, verdict.hub))) return verdict;
  PeerCredentials::Verdict peer = peer_credentials_.Check(request, verdict.hub);
  if (refused(std::move(peer.refusal))) {
    if (LooksLikeGuessing(verdict.refusal->reason)) lease.NoteAuthFailure(now);
    return verdict;
  }
  verdict.claims = std::move(peer.claims);
  if (refused(bans_.Check(request, verdict))) return verdict;
  if (refused(CheckDrain(verdict.claims.get()))) return verdict;
  verdict.refusal = gate_.Admit(request);
  return verdict;
}

std::optional<HandshakeRefusal> UpgradeChecks::CheckAddress(const HttpRequest& request,
                                                            const HubCredentials::Verdict& hub,
                                                            AddressLease& lease,
                                                            SteadyTime now) const {
  std::optional<HandshakeRefusal> refusal = UpgradeGate::CheckAddress(lease, now);
  if (refusal.has_value() && ShowsThatItIsAHub(request, hub)) return std::nullopt;
  return refusal;
}

std::optional<HandshakeRefusal> UpgradeChecks::CheckDrain(const TokenClaims* claims) const {
  if (claims == nullptr || claims->attributes.empty()) return std::nullopt;
  const bool is_drained =
      dispatcher_.Read([&](const Hub& core) { return core.identity().IsDrainedOf(claims); });
  if (!is_drained) return std::nullopt;
  return Later(Reason::kDraining, "this hub sends peers like you elsewhere.");
}

std::optional<HandshakeRefusal> UpgradeChecks::CheckHubKey(
    const HttpRequest& request, const HubCredentials::Verdict& hub) const {
  const std::optional<PeerId> id = PeerId::Parse(wire::PeerIdOfTarget(request.target));
  if (!id.has_value()) return std::nullopt;
  const std::optional<Reason> refusal = dispatcher_.Read([&](const Hub& core) {
    return core.hub_proofs().RefusalOfToken(*id, hub.credential, hub.hub_key);
  });
  if (!refusal.has_value()) return std::nullopt;
  return HandshakeRefusal{
      *refusal, PlainAnswer(403, *refusal, "the list of trusted hubs has no such hub and key")};
}

bool UpgradeChecks::ShowsThatItIsAHub(const HttpRequest& request,
                                      const HubCredentials::Verdict& hub) const {
  const std::optional<PeerId> id = PeerId::Parse(wire::PeerIdOfTarget(request.target));
  if (!id.has_value()) return false;
  const std::string secret = wire::FieldOfTarget(request.target, "hubSecret");
  Opened shown;
  shown.address = request.address;
  shown.hub_credential = hub.credential;
  shown.hub_secret = secret;
  shown.is_proxy_address = request.is_proxy_address;
  return dispatcher_.Read([&](const Hub& core) { return core.hub_proofs().Judge(*id, shown); }) ==
         HubCredential::kValid;
}

}  // namespace pigeonhub::net
