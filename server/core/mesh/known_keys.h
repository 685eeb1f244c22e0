// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <memory>
#include <optional>

#include "server/base/frame_mac.h"
#include "server/base/key_pair.h"
#include "server/core/deadlines.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/hubs/trust_list.h"
#include "server/core/ids.h"
#include "server/core/keyring.h"
#include "server/core/links/way.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/stream_numbers.h"
#include "server/core/mesh/streams_heard.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// The keys of the hubs on the map, and with them the answer to the question who wrote something.
// docs/protocol.md has the rules under "Who wrote it".
//
// While a hub is on the map, its key is kept. Another key in its name may be that of the same hub
// after a restart, or a lie. So the one that is known is asked, and has probe_timeout to show that
// it lives: the rule for two connections of one peer. Nobody is asked where the known process has
// not shown itself since a route led to it, and the other one began later.
class KnownKeys {
 public:
  KnownKeys(const HubOptions& options, std::shared_ptr<const Keyring> keyring,
            QuarantineList& quarantined, TrustList& trusted, HubMap& map, MeshHubTable& mesh_hubs,
            const StreamNumbers& streams)
      : options_(options),
        keyring_(std::move(keyring)),
        quarantined_(quarantined),
        trusted_(trusted),
        map_(map),
        mesh_hubs_(mesh_hubs),
        streams_(streams) {}

  // ---- News
  // Whether the node is the word of the hub that it is about, and may be put on the map. A hub that
  // says of itself, over its own link, that it has another key than it showed is refused.
  bool Believes(Turn& turn, Way& way, const SharedNode& node);
  // Whether the seal is good. Nobody makes this hub check more signatures than it can bear: a link
  // that brings too many, or wrong ones, is not listened to for a while.
  bool IsSigned(Turn& turn, Way& way, const HubNode& node) const;
  // The node is on the map.
  void Note(const HubNode& node);
  // The next node whose key takes the place of a known one, which did not show that it lives; null
  // if there is none. Called until then.
  SharedNode TakeExpired(SteadyTime now);
  std::optional<SteadyTime> NextDeadline() const {
    std::optional<SteadyTime> next;
    for (const auto& [id, challenge] : challenges_) next = Earliest(next, challenge.until);
    return next;
  }

  // ---- Frames
  // Whether the hub that is named as the sender of this frame for us wrote it, and is listened to.
  bool Accepts(Turn& turn, Way& way, const inbound::HubFrame& frame);
  // Whether what comes in the name of this hub is known to be its word: it signs. A hub without a
  // keyring of its own asks nobody for that.
  bool Identifies(const PeerId& hub) const;
  // For the MAC of frames to this hub; empty if it signs nothing.
  std::optional<MacKey> MacKeyFor(const PeerId& hub) const;

  // ---- Trust
  // The hubs to listen to from now on.
  void Trust(std::optional<std::map<PeerId, PublicKey>> keys);
  // Whether the operator's list, if there is one, has the hub with this key.
  bool IsTrusted(const HubNode& node) const { return trusted_.Has(node); }
  // Whether the hub at the other end may be told of others: where there is a list it has to prove
  // its key first.
  bool MayBeTold(const Way& way) const { return !trusted_.exists() || way.proved_key; }

  // No route leads there any more, so the process may be over.
  void OnRouteLost(const PeerId& hub);
  // Signaling stops.
  void Clear();

 private:
  // One process of a hub. Kept for a while after the hub has left the map, so that nobody can play
  // again what it said.
  struct Process {
    PublicKey agreement_key{};
    std::optional<MacKey> mac_key;  // empty if no secret can be agreed on with it
    StreamsHeard streams;
    bool lives = false;  // it sent a frame since a route led to it
  };
  struct Challenge {
    SharedNode node;
    SteadyTime until;
  };

  // Whether a hub's word about itself, over its own link, is that of the hub that was let in.
  bool HasItsKey(Turn& turn, Way& way, const HubNode& node) const;
  std::optional<MacKey> AgreeWith(const HubNode& node) const;
  void Ask(Turn& turn, const SharedNode& node);
  const Process* Find(const PeerId& hub) const;

  const HubOptions& options_;
  const std::shared_ptr<const Keyring> keyring_;
  QuarantineList& quarantined_;
  TrustList& trusted_;
  HubMap& map_;
  MeshHubTable& mesh_hubs_;
  const StreamNumbers& streams_;
  std::map<PeerId, Process> processes_;
  std::map<PeerId, Challenge> challenges_;
};

}  // namespace pigeonhub
