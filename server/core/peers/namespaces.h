// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/btree_map.h"
#include "server/core/bursts.h"
#include "server/core/counters.h"
#include "server/core/ids.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/message.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"
#include "server/core/peers/roster.h"

namespace pigeonhub {

// Peers that may discover and signal each other: those connected here and those on other hubs.
struct Namespace {
  struct LocalSlot {
    Peer* member = nullptr;
    ConnectionId connection;
    uint64_t prefix = 0;  // PeerId::Prefix, to measure distances without touching the peer
  };
  struct RemoteSlot {
    RemotePeer* member = nullptr;
    uint64_t prefix = 0;
  };

  SharedText name;
  Roster<LocalSlot> local;
  Roster<RemoteSlot> remote;
  // Members with a PendingList; while there are none, a fan-out need not look for them.
  size_t lists_pending = 0;
  // So many members have come so far, local and remote; the number of the last one's Arrival.
  uint64_t arrivals = 0;
  mutable Policies::Known known_rules;  // see RulesOf
  // Members that came in at this hub, and those that left again.
  uint64_t joins = 0;
  uint64_t leaves = 0;
  // Signals that passed among its members, and the bytes of their data. Loops add to them at the
  // same time, and read what stands above for each signal: so that is on another cache line.
  alignas(64) Counter signals;
  Counter signal_bytes;

  size_t size() const { return local.size() + remote.size(); }
};

// What holds there, if that was asked for since a policy changed last; else null. Changes nothing.
inline const NamespaceRules* RulesIfKnown(const Policies& policies, const Namespace& network) {
  return policies.IfKnown(network.known_rules);
}
// What holds there. The reference is good until a policy changes.
inline const NamespaceRules& RulesOf(const Policies& policies, const Namespace& network) {
  return policies.Of(*network.name, network.known_rules);
}

// Whether somebody who comes to the namespace meets everybody there.
inline bool IntroducesEveryone(const NamespaceRules& rules, const Namespace& network) {
  return rules.discovery_limit == 0 || network.size() <= rules.full_introductions;
}

// Who a peer is, for those who count reasons. Views of what the peer holds.
Origin OriginOf(const Peer& peer);

// A namespace exists as long as it has a member. Pointers stay valid as long as it exists.
class NamespaceTable {
 public:
  Namespace* Find(std::string_view name) const;
  Namespace& FindOrAdd(std::string_view name);

  // Keeps the count of namespaces that have local members; call after each change of a roster.
  // Removes the namespace, which is then gone, when nobody is left.
  void LocalJoined(Namespace& network);
  void LocalLeft(Namespace& network);
  void RemoteLeft(Namespace& network);

  // Namespaces with members connected here: the wire's `networks`.
  size_t with_local_members() const { return with_local_members_; }
  size_t size() const { return table_.size(); }
  const absl::btree_map<std::string, std::unique_ptr<Namespace>, std::less<>>& in_order() const {
    return table_;
  }

 private:
  void RemoveIfEmpty(Namespace& network);

  // Ordered, so that lists of namespaces can be paged; found by name only when somebody announces.
  absl::btree_map<std::string, std::unique_ptr<Namespace>, std::less<>> table_;
  size_t with_local_members_ = 0;
};

// True for a name the hub accepts: 1 to `limit` bytes without control characters (U+0000 to U+001F,
// U+007F). The decoder has seen to it that it is UTF-8.
bool IsValidNamespaceName(std::string_view name, size_t limit);

}  // namespace pigeonhub
