// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/hub_proofs.h"

#include <algorithm>

#include "server/base/digest.h"

namespace pigeonhub {

HubProofs::HubProofs(const HubOptions& options, const DialTargets& dial_targets,
                     const TrustList& trusted)
    : options_(options), dial_targets_(dial_targets), trusted_(trusted) {
  for (const AllowedHub& hub : options.hub_allow) {
    std::vector<Allowed>& ways = allowed_[hub.id];
    if (hub.network.empty()) {
      ways.push_back({std::nullopt, hub.secret});
    } else if (const auto network = AddressNetwork::Parse(hub.network)) {
      ways.push_back({network, hub.secret});
    }
  }
}

HubCredential HubProofs::Judge(const PeerId& id, const Opened& input) const {
  HubCredential best = HubCredential::kNone;
  if (options_.hub_admission != HubAdmission::kDeny) best = input.hub_credential;
  if (input.claims != nullptr && input.claims->hub) {
    // Whoever may have any id does not show that this one is its own.
    best = std::max(
        best, input.claims->peer.has_value() ? HubCredential::kValid : HubCredential::kListed);
  }
  const auto ways = allowed_.find(id);
  if (ways == allowed_.end()) return best;
  for (const Allowed& way : ways->second) {
    // Whoever is behind a proxy may have its address.
    const bool comes_from_there = !way.network.has_value() ||
                                  (!input.is_proxy_address && way.network->Contains(input.address));
    if (!comes_from_there) continue;
    if (!way.secret.empty() && !EqualInConstantTime(way.secret, input.hub_secret)) continue;
    const bool by_id_alone = !way.network.has_value() && way.secret.empty();
    best = std::max(best, by_id_alone ? HubCredential::kListed : HubCredential::kValid);
  }
  return best;
}

std::optional<Reason> HubProofs::RefusalOfToken(const PeerId& id, HubCredential token,
                                                const std::optional<PublicKey>& key) const {
  if (token != HubCredential::kValid || trusted_.Has(id, key)) return std::nullopt;
  return Reason::kHubKeyRefused;
}

std::optional<Reason> HubProofs::RefusalOfHub(const Peer& peer) const {
  if (!trusted_.Has(peer.id)) return Reason::kHubKeyRefused;
  if (SpeaksMesh(peer.profile)) return std::nullopt;  // its news will show which key it has
  // The reference's hubs have no key at all: neither their own nor that of the mesh.
  const bool is_none_of_the_reference =
      peer.has_mesh_key && options_.hub_unsigned == HubUnsigned::kRefuse;
  if (trusted_.exists() || is_none_of_the_reference) return Reason::kHubUnsigned;
  return std::nullopt;
}

bool HubProofs::IsReserved(const PeerId& id) const {
  if (proven_.contains(id)) return true;
  if (const auto ways = allowed_.find(id); ways != allowed_.end()) {
    return std::none_of(ways->second.begin(), ways->second.end(), [](const Allowed& way) {
      return !way.network.has_value() && way.secret.empty();
    });
  }
  // Other hubs need bring no token, so the one there may have none.
  if (options_.hub_admission != HubAdmission::kToken) return false;
  return std::any_of(dial_targets_.all().begin(), dial_targets_.all().end(), [&](const auto& one) {
    return one->kind == DialTarget::Kind::kBootstrap && one->hub == id;
  });
}

void HubProofs::NoteProof(const PeerId& id) {
  if (!proven_.insert(id).second) return;
  proven_in_order_.push_back(id);
  if (proven_in_order_.size() <= options_.limits.hubs_named) return;
  proven_.erase(proven_in_order_.front());
  proven_in_order_.pop_front();
}

}  // namespace pigeonhub
