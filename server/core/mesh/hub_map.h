// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/ids.h"
#include "server/core/mesh/bus.h"
#include "server/core/mesh/node_seal.h"
#include "server/core/mesh_message.h"
#include "server/core/options.h"
#include "server/core/time.h"

namespace pigeonhub {

// Bytes of what a hub says of itself, and every other one keeps, but for whom it is linked to.
size_t EntrySize(const HubNode& node);

// Which hub is linked to which, as each of them tells, and the shortest routes that follow. A link
// counts once both ends tell of it. Two hubs are linked by a bus when both name it, and neither
// misses the other there; on the bus of this hub its own ears decide. All hubs have the same map
// except for moments, so messages do not go in circles. In such a moment the field `via` of a frame
// ends the circle.
class HubMap {
 public:
  struct Route {
    PeerId next;  // the neighbor to hand it to
    unsigned hops = 0;
    bool begins_on_bus = false;
    bool over_bus = false;  // it begins there, or goes over another bus
  };

  // No way leads through a hub that is closed out, and its word makes nobody a hub to dial. So hubs
  // of which only it tells are out of reach, as those are that it invented.
  HubMap(const PeerId& self, const Limits& limits, const QuarantineList& closed_out, const Bus& bus)
      : most_hubs_(limits.hubs), most_bytes_(limits.hub_map), closed_out_(closed_out), bus_(bus) {
    own_.id = self;
  }

  // After mesh::kMostNumber the next seq is 1 (serial numbers, RFC 1982): of two different seqs,
  // the one that is ahead by less than half a round is newer. So every seq has a newer one, and a
  // hub can always correct what another hub says in its name.
  static uint64_t SeqAfter(uint64_t seq) { return seq % mesh::kMostNumber + 1; }
  static bool IsNewer(uint64_t seq, uint64_t than);
  // The same for nodes. Those of one signing key go by start and seq. Whether another key, or none,
  // is believed is not for the map to say: it is newer.
  static bool IsNewer(const HubNode& node, const HubNode& than);

  // Whether two nodes tell of the same neighbors.
  static bool AreLinkedAlike(const HubNode& a, const HubNode& b);

  const PeerId& self() const { return own_.id; }

  // Gives the news of this hub the next seq. `own` has the neighbors in the order in which their
  // links came up: of two routes of one length, the map takes the one over the older link.
  const SharedNode& Announce(HubNode own, Sealer& sealer);
  // The last one; null before the first.
  const SharedNode& own() const { return announced_; }

  enum class Learned {
    kOld,
    kNew,       // to be passed on
    kRepeated,  // to be passed on, and says what was known
    kFull,      // there are too many hubs, or it says too much
    kOurselves  // not what we say now, and newer: we have to speak up with a newer seq
  };
  Learned Learn(const SharedNode& node);
  // Whether it would change the routes: it is of a hub that is not on the map, or of one whose
  // links are others now.
  bool ChangesRoutes(const HubNode& node) const;
  // Whether Learn would answer kOurselves.
  bool ContradictsUs(const HubNode& node) const;
  // Whether it takes a hub off the bus of this hub.
  bool LeavesOurBus(const HubNode& node) const;
  // Whether the hub ended in order: its last word was that it is alone, and nothing came after.
  bool SaidItsEnd(const PeerId& hub) const;
  void Forget(const PeerId& hub);
  void Clear();
  // What the hubs on the map say of themselves, in memory.
  size_t bytes() const { return bytes_; }

  // Whether the map or the links of this hub changed since TakeChanged. Which hubs this hub talks
  // to follows from both.
  void MarkChanged() { changed_ = true; }
  bool changed() const { return changed_; }
  // When it is to be looked at; empty if it did not change. To do so takes time for each hub on it.
  std::optional<SteadyTime> next_look() const {
    return changed_ ? std::optional(next_look_) : std::nullopt;
  }
  void LookAgainAt(SteadyTime at) { next_look_ = at; }
  void OnQuarantine() {
    routing_.reset();
    changed_ = true;
  }
  // Whom this hub hears on the bus has changed, or misses there, or what it calls the bus.
  void OnBusChange() {
    routing_.reset();
    changed_ = true;
  }
  void TakeChanged() { changed_ = false; }

  const std::map<PeerId, SharedNode>& others() const { return others_; }
  // Valid until the map changes.
  const Route* RouteTo(const PeerId& hub) const;
  // True if this hub vouches for it, or a hub does that is vouched for itself and can be reached.
  bool IsVouchedFor(const PeerId& hub) const;
  // True if it has the key of the mesh, as this hub knows or a hub says of which the same is true,
  // and which can be reached. Hubs that were admitted by anything else are not believed in this:
  // they may invent hubs to see our tokens.
  bool HasMeshKey(const PeerId& hub) const { return routing().have_mesh_key.contains(hub); }
  // The hub with the key of the mesh that says that it can be dialed there. `normal` is a
  // NormalUrl.
  std::optional<PeerId> MeshKeyHolderAt(std::string_view normal) const;

 private:
  struct Routing {
    absl::flat_hash_map<PeerId, Route> routes;
    absl::flat_hash_set<PeerId> vouched_for;
    absl::flat_hash_set<PeerId> have_mesh_key;
  };
  const Routing& routing() const;
  Routing ComputeRouting() const;

  const size_t most_hubs_;
  const size_t most_bytes_;
  const QuarantineList& closed_out_;
  const Bus& bus_;
  bool changed_ = false;
  SteadyTime next_look_;  // not sooner
  HubNode own_;
  SharedNode announced_;
  std::map<PeerId, SharedNode> others_;
  size_t bytes_ = 0;  // that they take
  // Found when somebody asks: one message may change the map many times.
  mutable std::optional<Routing> routing_;
};

}  // namespace pigeonhub
