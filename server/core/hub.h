// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/findings.h"
#include "pigeonhub/records.h"
#include "server/core/access/ban_guard.h"
#include "server/core/access/ban_list.h"
#include "server/core/counters.h"
#include "server/core/effect.h"
#include "server/core/hubs/hub_proofs.h"
#include "server/core/input.h"
#include "server/core/keyring.h"
#include "server/core/options.h"

namespace pigeonhub {

class Identity;
class Journal;
class Policies;
class QuietSignals;
class Whereabouts;

// One signaling hub: who is connected, who shares a namespace with whom, which of them are hubs,
// and where a signal goes. A state machine without I/O: what happens comes in through Handle, what
// is to be done comes out as effects, time is an argument. The same inputs at the same times give
// the same effects in the same order, on every run.
//
// Not thread-safe: the owner of a Hub serializes all calls, except reading counters(), and those of
// quiet_signals() among themselves.
class Hub {
 public:
  // `seed` drives every random choice. Without a keyring the hub signs nothing and checks no
  // signature, as the version before this one did.
  Hub(HubOptions options, uint64_t seed, std::shared_ptr<const Keyring> keyring = nullptr);
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // Appends to `effects` what `input` calls for. The status is the answer to a command:
  // INVALID_ARGUMENT, NOT_FOUND or FAILED_PRECONDITION with one line that says why; other inputs
  // are always OK. Effects may refer to buffers the input refers to only through shared ownership.
  absl::Status Handle(const Now& now, const Input& input, Effects& effects);

  // Hands on most signals, and says which threads may do so at once. Handle does just the same.
  QuietSignals& quiet_signals();

  // When Tick wants to be handled next; empty: never, as things stand. Handling any input may move
  // it, in either direction.
  std::optional<SteadyTime> NextDeadline() const;

  // What Handle would answer to the command now. Changes nothing.
  absl::Status Check(const Command& command) const;

  HubStats Stats() const;
  // Connected hubs in order of registration, without `exclude`.
  std::vector<HubRecord> ConnectedHubs(const std::optional<PeerId>& exclude = std::nullopt) const;
  // Those that RegisterHub made hubs and that are not connected, in the order in which it did.
  std::vector<HubRecord> HubsExpected() const;
  // In the order of their ids.
  std::vector<QuarantinedHub> QuarantinedHubs() const;
  // The bans, and whom they hit.
  const BanList& bans() const;
  const BanGuard& ban_guard() const;
  // What shows that a connection is a hub.
  const HubProofs& hub_proofs() const;
  // What this hub is.
  const Identity& identity() const;

  // Links in the order in which they were added: first those that we dial, then those that came.
  std::vector<LinkRecord> Links() const;
  TopologyRecord Topology() const;
  // Empty for a hub that has none.
  std::optional<BusRecord> Bus() const;

  // Connected peers that came after `after_order` (0: all) and pass the filter, oldest first. Looks
  // at no more than `max_looked_at` peers; `more` says whether there are others, from `next_order`.
  PeerPage ListPeers(const PeerFilter& filter, uint64_t after_order, size_t max_looked_at) const;
  std::optional<PeerRecord> FindPeer(const PeerId& peer) const;
  // Those that are not connected here, hubs among them.
  const Whereabouts& whereabouts() const;
  // Why two different peers meet or do not, as far as this hub knows.
  Explanation ExplainPair(const Now& now, const PairQuestion& question) const;

  // Namespaces whose name starts with `prefix` and comes after `after`, in the order of names, at
  // most `limit`.
  std::vector<NamespaceRecord> ListNamespaces(const std::string& prefix, const std::string& after,
                                              size_t limit) const;
  std::optional<NamespaceRecord> FindNamespace(const std::string& name) const;
  // The policies that are set, and what holds in a namespace.
  const Policies& policies() const;
  // Whom the command will close, and nobody else.
  std::vector<EvictedPeer> WouldEvict(const SetNamespacePolicy& command) const;

  // The number that the next event gets, and how often somebody came to which limit.
  const Journal& journal() const;
  const Counters& counters() const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace pigeonhub
