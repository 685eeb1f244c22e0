// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/core/ids.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {

// Which hub is linked to which, as each of them tells, and the shortest ways that follow. A link
// counts once both ends tell of it. Hubs agree on the map but for moments, so a message that
// follows it does not go in circles; where it does, via ends it.
class LinkState {
 public:
  struct Route {
    PeerId next;  // the neighbour to hand it to
    unsigned hops = 0;
  };

  LinkState(const PeerId& self, size_t max_hubs) : max_hubs_(max_hubs) { own_.id = self; }

  // Our own word, with the next seq. Neighbours in the order in which their links came up: of two
  // ways of one length, the one over the older link is taken.
  const SharedNode& Tell(HubNode own);
  // The last one; null before the first.
  const SharedNode& own() const { return told_; }

  enum class Learned {
    kOld,
    kNew,       // to be passed on
    kFull,      // there are too many hubs
    kOurselves  // from an earlier life of ours: we have to speak up with a higher seq
  };
  Learned Learn(const SharedNode& node);
  void Forget(const PeerId& hub);
  void Clear();

  const std::map<PeerId, SharedNode>& others() const { return others_; }
  const Route* RouteTo(const PeerId& hub) const;
  // True if a hub that can be reached vouches for it.
  bool IsVouchedFor(const PeerId& hub) const;

 private:
  void FindRoutes();
  bool AreLinked(const PeerId& a, const HubNode& b) const;

  const size_t max_hubs_;
  HubNode own_;
  SharedNode told_;
  std::map<PeerId, SharedNode> others_;
  std::map<PeerId, Route> routes_;
};

}  // namespace pigeonhub
