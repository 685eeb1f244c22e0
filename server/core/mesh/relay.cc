// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/relay.h"

#include <algorithm>
#include <utility>

#include "server/core/mesh_message.h"

namespace pigeonhub {

void Relay::PassOn(Turn& turn, Way& way, const inbound::HubFrame& frame) {
  const HubMap::Route* route = map_.RouteTo(frame.to);
  if (!self_.is_hub() || route == nullptr) return;
  const bool goes_back =
      route->next == frame.from || route->next == way.hub ||
      std::find(frame.via.begin(), frame.via.end(), route->next) != frame.via.end();
  if (goes_back || frame.via.size() + 1 >= mesh::kMostHops) {
    ++way.counts.looped;
    return turn.Count(Reason::kSignalLooped);
  }
  const size_t size =
      frame.raw.text.size() + mesh::kFrameHead + (frame.via.size() + 1) * PeerId::kLength;
  // The map may be about to learn that the link is gone. The frame is said again.
  Link* link = links_.FindMesh(route->next);
  if (size > options_.limits.message || (link == nullptr && !bus_way_.Takes(size))) {
    ++way.counts.refused;
    return turn.Count(Reason::kSignalTooLarge);
  }
  outbound::HubFrame onward{frame.from, frame.to, frame.via, nullptr, frame.raw};
  onward.via.push_back(self_.id());
  if (link == nullptr) return bus_way_.SendTo(turn, route->next, std::move(onward));
  link->largest_passed_on = std::max(link->largest_passed_on, size);
  link_sender_.SendInTurn(turn, *link, std::move(onward));
}

}  // namespace pigeonhub
