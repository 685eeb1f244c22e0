// SPDX-License-Identifier: Apache-2.0
//
// Policies: who may be in a namespace, and how much may be asked there. The name of a policy is
// that of a namespace, or the beginning of names with one `*` behind. Several policies may match
// one namespace. Each key is that of the most exact one that has it: the name itself, then the
// longest beginning; of one name what a call said, then what the configuration says.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/peer_id.h"
#include "pigeonhub/rate.h"
#include "pigeonhub/reason.h"

namespace pigeonhub {

enum class WhoMayEnter : uint8_t {
  kAnyone,
  kToken,  // peers with a token
};

// What becomes of a second connection with the id of a member.
enum class OnDuplicate : uint8_t {
  kProbe,    // the member is asked whether it lives; if it is silent it goes
  kReplace,  // the member goes, unless the two have tokens of different users
  kReject,   // the newcomer goes
};

// Empty keys leave the matter to less exact policies, and in the end to the hub's own options.
struct NamespacePolicy {
  std::optional<WhoMayEnter> who = {};
  // Whose tokens are taken; an empty list: all. Where nothing as exact says who may enter, issuers
  // ask for a token. At most 16, of 1 to 1024 bytes.
  std::optional<std::vector<std::string>> issuers = {};
  std::optional<size_t> max_peers = {};      // on this hub; 1 to 100,000
  std::optional<size_t> announce_data = {};  // bytes; 1 to 16,384
  // In a namespace with more members a newcomer is told of so many of them, at most 1,000,000; 0:
  // of all. Unlike the hub's own, it holds in small namespaces, too.
  std::optional<size_t> discovery_limit = {};
  std::optional<OnDuplicate> duplicate = {};
  // What one member may send, as HubServerOptions::message_rate and announce_rate; `Rate{}`: as
  // much as it likes. Holds at once and for all members, also at loopback addresses. Amount and
  // burst are 1 to 2^36, the time 1 ms to 24 h.
  std::optional<Rate> message_rate = {};
  std::optional<Rate> announce_rate = {};

  friend bool operator==(const NamespacePolicy&, const NamespacePolicy&) = default;
};

struct NamedPolicy {
  std::string name;
  NamespacePolicy policy;

  friend bool operator==(const NamedPolicy&, const NamedPolicy&) = default;
};

enum class PolicyKey : uint8_t {
  kWho,
  kIssuers,
  kMaxPeers,
  kAnnounceData,
  kDiscoveryLimit,
  kDuplicate,
  kMessageRate,
  kAnnounceRate,
  kCount,
};
inline constexpr size_t kPolicyKeyCount = static_cast<size_t>(PolicyKey::kCount);

// As the configuration writes it, e.g. "max-peers".
std::string_view PolicyKeyName(PolicyKey key);

enum class PolicySource : uint8_t {
  kDefault,        // the hub's own options
  kConfiguration,  // HubServerOptions::namespaces, or what replaced them
  kCall,           // SetNamespacePolicy
};

// One of the policies that are set.
struct PolicyRecord {
  std::string name;
  PolicySource source = PolicySource::kConfiguration;
  NamespacePolicy policy;
};

// What holds in one namespace.
struct PolicyInForce {
  struct From {
    PolicySource source = PolicySource::kDefault;
    std::string name;  // of the policy; empty for kDefault
  };
  NamespacePolicy policy;  // with all its keys
  std::array<From, kPolicyKeyCount> from;

  const From& of(PolicyKey key) const { return from[static_cast<size_t>(key)]; }
};

// A peer that has to leave because a policy is applied to those inside.
struct EvictedPeer {
  PeerId peer;
  std::string network;
  // kNamespaceNeedsToken, kNamespaceWrongIssuer, or kNamespaceFull: others came before it.
  Reason why = Reason::kNamespaceFull;

  friend bool operator==(const EvictedPeer&, const EvictedPeer&) = default;
};

}  // namespace pigeonhub
