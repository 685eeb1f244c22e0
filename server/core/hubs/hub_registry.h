// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "pigeonhub/records.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/options.h"
#include "server/core/reason.h"

namespace pigeonhub {

// Which connected peers are hubs, and who may become one.
class HubRegistry {
 public:
  HubRegistry(HubAdmission admission, size_t max_hubs, size_t max_entry)
      : admission_(admission), max_hubs_(max_hubs), max_entry_(max_entry) {}

  // An operator's word (RegisterHub): the peer is a hub whenever it is connected, and its region
  // and capabilities are those of `profile` where that has any.
  void Grant(const PeerId& peer, const Profile& profile, UnixMillis now);
  void Revoke(const PeerId& peer);
  const Profile* FindGrant(const PeerId& peer) const;
  // One record for each grant. The record says `not connected` even if the hub is connected.
  std::vector<HubRecord> grants() const;
  size_t grant_count() const { return grants_.size(); }

  // True for peers with a grant, and with a credential that is worth something.
  bool Trusts(const PeerId& peer, HubCredential credential) const;
  // Why `peer` may not register itself with this profile; empty if it may. A peer for which Trusts
  // is true has no quota. `credential_reason` is what was wrong with an invalid token.
  std::optional<Reason> Refusal(const PeerId& peer, const Profile& profile,
                                HubCredential credential = HubCredential::kNone,
                                Reason credential_reason = Reason::kHubTokenMalformed) const;

  // Adds or returns the record of a connected hub.
  HubRecord& Register(const PeerId& peer);
  // False if it was none.
  bool Unregister(const PeerId& peer);
  HubRecord* Find(const PeerId& peer);

  // In order of registration.
  const std::vector<HubRecord>& records() const { return records_; }

 private:
  const HubAdmission admission_;
  const size_t max_hubs_;
  const size_t max_entry_;
  absl::flat_hash_map<PeerId, HubRecord> grants_;
  uint64_t next_order_ = 1;
  // Few (limited), so a plain array serves.
  std::vector<HubRecord> records_;
};

}  // namespace pigeonhub
