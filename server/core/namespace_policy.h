// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "pigeonhub/namespace_policy.h"

namespace pigeonhub {

// Of the configuration and of calls together. Names and issuers are somebody else's words, so their
// bytes are counted, too.
inline constexpr size_t kMostPolicies = 1000;
inline constexpr size_t kMostPolicyBytes = size_t{1024} * 1024;

// Whether a policy can have this name: 1 to 1024 bytes without control characters, and a `*` only
// as the last of them. The error is one line that says what is wrong.
absl::Status CheckPolicyName(std::string_view name);

// Whether the number of this key is within its bounds, which the error names. It begins with the
// key, which is one of max-peers, announce-data and discovery-limit.
absl::Status CheckPolicyNumber(PolicyKey key, int64_t number);

// Whether its numbers are within their bounds. The error begins with the key.
absl::Status CheckPolicy(const NamespacePolicy& policy);

// What keeping it costs.
size_t BytesOf(const NamedPolicy& named);

// Gives `policy` the keys of `other` that it does not have. Calls `on_taken` with each of them.
template <typename OnTaken>
void FillFrom(NamespacePolicy& policy, const NamespacePolicy& other, OnTaken on_taken) {
  const auto fill = [&](PolicyKey key, auto& mine, const auto& theirs) {
    if (mine.has_value() || !theirs.has_value()) return;
    mine = theirs;
    on_taken(key);
  };
  fill(PolicyKey::kWho, policy.who, other.who);
  fill(PolicyKey::kIssuers, policy.issuers, other.issuers);
  fill(PolicyKey::kMaxPeers, policy.max_peers, other.max_peers);
  fill(PolicyKey::kAnnounceData, policy.announce_data, other.announce_data);
  fill(PolicyKey::kDiscoveryLimit, policy.discovery_limit, other.discovery_limit);
  fill(PolicyKey::kDuplicate, policy.duplicate, other.duplicate);
  fill(PolicyKey::kMessageRate, policy.message_rate, other.message_rate);
  fill(PolicyKey::kAnnounceRate, policy.announce_rate, other.announce_rate);
}

}  // namespace pigeonhub
