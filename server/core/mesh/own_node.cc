// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/own_node.h"

#include <algorithm>
#include <memory>
#include <utility>

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
    const bool listed =
        std::any_of(own.neighbors.begin(), own.neighbors.end(),
                    [&](const HubNode::Neighbor& neighbor) { return neighbor.hub == *link->hub; });
    if (!listed) own.neighbors.push_back({*link->hub, direct_links_.Vouches(*link)});
  }
  if (!bus_.works() || bus_.HasNamesake(now)) return own;
  own.bus = bus_.name();
  for (const auto& [hub, since] : bus_.missed()) own.unheard.push_back(hub);
  return own;
}

}  // namespace pigeonhub
