// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/core/ids.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {

// Which hub is linked to which, as each of them tells, and the shortest routes that follow. A link
// counts once both ends tell of it. Hubs agree on the map but for moments, so a message that
// follows it does not go in circles; where it does, via ends it.
class HubMap {
 public:
  struct Route {
    PeerId next;  // the neighbor to hand it to
    unsigned hops = 0;
  };

  HubMap(const PeerId& self, size_t max_hubs) : max_hubs_(max_hubs) { own_.id = self; }

  // Seqs go round, from mesh::kMostNumber to 1 (serial numbers, RFC 1982): of two different ones
  // that which is ahead by less than half a round is newer. So none is the last one, and a hub can
  // speak up against whatever another one says in its name.
  static uint64_t SeqAfter(uint64_t seq) { return seq % mesh::kMostNumber + 1; }
  static bool IsNewer(uint64_t seq, uint64_t than);

  // Our own word, with the next seq. Neighbors in the order in which their links came up: of two
  // routes of one length, the one over the older link is taken.
  const SharedNode& Announce(HubNode own);
  // The last one; null before the first.
  const SharedNode& own() const { return announced_; }

  enum class Learned {
    kOld,
    kNew,       // to be passed on
    kFull,      // there are too many hubs
    kOurselves  // not what we say now, and newer: we have to speak up with a newer seq
  };
  Learned Learn(const SharedNode& node);
  void Forget(const PeerId& hub);
  void Clear();

  // Whether something changed since TakeChanged that the hubs to talk to may follow from: the map,
  // or the links of this hub.
  void MarkChanged() { changed_ = true; }
  bool changed() const { return changed_; }
  void TakeChanged() { changed_ = false; }

  const std::map<PeerId, SharedNode>& others() const { return others_; }
  // Valid until the map changes.
  const Route* RouteTo(const PeerId& hub) const;
  // True if a hub that can be reached vouches for it.
  bool IsVouchedFor(const PeerId& hub) const;

 private:
  struct Routing {
    absl::flat_hash_map<PeerId, Route> routes;
    absl::flat_hash_set<PeerId> vouched_for;
  };
  const Routing& routing() const;
  Routing ComputeRouting() const;

  const size_t max_hubs_;
  bool changed_ = false;
  HubNode own_;
  SharedNode announced_;
  std::map<PeerId, SharedNode> others_;
  // Found when somebody asks: one message may change the map many times.
  mutable std::optional<Routing> routing_;
};

}  // namespace pigeonhub
