// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/own_node.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "server/core/mesh/node_seal.h"

namespace pigeonhub {

HubNode OwnNode::DescribeAlone() const {
  HubNode own;
  own.transit = self_.is_hub();
  own.peers = peers_.size() - registry_.records().size();
  own.profile.is_hub = true;
  own.profile.hub = std::make_shared<const HubDetails>(self_.Describe());
  return own;
}

HubNode OwnNode::Describe(SteadyTime now) const {
  HubNode own = DescribeAlone();
  for (const auto& link : links_.all()) {
    if (!link->is_mesh()) continue;
    auto listed =
        std::find_if(own.neighbors.begin(), own.neighbors.end(),
                     [&](const HubNode::Neighbor& neighbor) { return neighbor.hub == *link->hub; });
    if (listed == own.neighbors.end()) listed = own.neighbors.insert(listed, {*link->hub});
    listed->vouched |= direct_links_.Vouches(*link);
    const std::optional<PublicKey> key = direct_links_.KeyOfMeshKeyHolder(*link);
    const bool may_have_one = listed - own.neighbors.begin() < std::ptrdiff_t{kMostKeysOfNeighbors};
    if (may_have_one && !listed->key.has_value() && key.has_value()) listed->key = PrefixOf(*key);
  }
  if (!bus_.works() || bus_.HasNamesake(now)) return own;
  own.bus = bus_.name();
  for (const auto& [hub, since] : bus_.missed()) own.unheard.push_back(hub);
  return own;
}

}  // namespace pigeonhub
