// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/hub_registry.h"

#include <algorithm>

namespace pigeonhub {

void HubRegistry::Grant(const PeerId& peer, const Profile& profile, UnixMillis now) {
  HubRecord& grant = grants_[peer];
  if (grant.order == 0) grant.order = next_order_++;
  grant.peer = peer;
  grant.profile = profile;
  grant.registered_at = now;
  grant.granted = true;
  grant.connected = false;
}

void HubRegistry::Revoke(const PeerId& peer) { grants_.erase(peer); }

const Profile* HubRegistry::FindGrant(const PeerId& peer) const {
  auto it = grants_.find(peer);
  return it == grants_.end() ? nullptr : &it->second.profile;
}

std::vector<HubRecord> HubRegistry::grants() const {
  std::vector<HubRecord> grants;
  for (const auto& [peer, grant] : grants_) grants.push_back(grant);
  return grants;
}

bool HubRegistry::Trusts(const PeerId& peer, HubCredential credential) const {
  return grants_.contains(peer) || credential == HubCredential::kListed ||
         credential == HubCredential::kValid;
}

std::optional<Reason> HubRegistry::Refusal(const PeerId& peer, const Profile& profile,
                                           HubCredential credential,
                                           Reason credential_reason) const {
  if (Trusts(peer, credential)) return std::nullopt;
  if (admission_ == HubAdmission::kToken && credential == HubCredential::kInvalid)
    return credential_reason;
  if (admission_ != HubAdmission::kOpen) return Reason::kHubNotAdmitted;
  if (profile.size() > max_entry_) return Reason::kHubEntryTooLarge;
  const bool known = std::any_of(records_.begin(), records_.end(),
                                 [&](const HubRecord& record) { return record.peer == peer; });
  if (!known && records_.size() >= max_hubs_) return Reason::kHubRegistryFull;
  return std::nullopt;
}

HubRecord& HubRegistry::Register(const PeerId& peer) {
  if (HubRecord* record = Find(peer)) return *record;
  HubRecord& record = records_.emplace_back();
  record.peer = peer;
  record.order = next_order_++;
  return record;
}

bool HubRegistry::Unregister(const PeerId& peer) {
  return std::erase_if(records_, [&](const HubRecord& record) { return record.peer == peer; }) > 0;
}

HubRecord* HubRegistry::Find(const PeerId& peer) {
  auto it = std::find_if(records_.begin(), records_.end(),
                         [&](const HubRecord& record) { return record.peer == peer; });
  return it == records_.end() ? nullptr : &*it;
}

}  // namespace pigeonhub
