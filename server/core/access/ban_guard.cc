// SPDX-License-Identifier: Apache-2.0

#include "server/core/access/ban_guard.h"

#include "absl/status/statusor.h"
#include "server/core/access/ban_rules.h"

namespace pigeonhub {

std::optional<Reason> BanGuard::RefusalOf(const Bannable& who, HubCredential credential) const {
  const BanRecord* ban = list_.Hitting(who);
  if (ban == nullptr) return std::nullopt;
  const bool is_hub =
      who.id != nullptr && (registry_.Trusts(*who.id, credential) || IsHubId(*who.id));
  if (is_hub) return std::nullopt;
  return RefusalFor(*ban);
}

bool BanGuard::IsHubId(const PeerId& id) const {
  return registry_.FindGrant(id) != nullptr || proofs_.IsAllowed(id) || proofs_.IsReserved(id);
}

std::vector<PeerId> BanGuard::WhoIsHitBy(const BanOrder& order) const {
  std::vector<PeerId> hit;
  const absl::StatusOr<BanOrder> normal = NormalOrder(order);
  if (!normal.ok()) return hit;
  BanList alone;
  (void)alone.Add(BanOf(*normal), std::nullopt);
  const auto look = [&](const Peer& peer) {
    if (!IsHub(peer) && alone.Hitting(View(peer)) != nullptr) {
      hit.push_back(peer.id);
    }
  };
  if (normal->target.kind == BanTarget::Kind::kPeer) {
    const Peer* peer = peers_.Find(*PeerId::Parse(normal->target.value));
    if (peer != nullptr) look(*peer);
  } else {
    for (const auto& [order_of_binding, peer] : peers_.in_order()) look(*peer);
  }
  return hit;
}

BanForesight BanGuard::Foresee(const BanOrder& order, UnixMillis now) const {
  BanForesight seen;
  const absl::StatusOr<BanOrder> normal = NormalOrder(order);
  if (!normal.ok()) return seen;
  const BanRecord ban = list_.NewBan(*normal, now);
  for (const SharedBan& known : list_.InForceOn(ban.target)) {
    if ((known->issued_before != 0) == (ban.issued_before != 0)) seen.replaced = *known;
  }
  seen.in_force = list_.WithAdded(ban);
  seen.hit = WhoIsHitBy(*normal);
  return seen;
}

}  // namespace pigeonhub
