// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/bus_way.h"

#include <utility>

namespace pigeonhub {

void BusWay::Announce(Turn& turn, const SharedNode& own) {
  if (bus_.attached() && !HasNamesake(turn.now.steady)) SayToAll(turn, {own});
}

void BusWay::Leave(Turn& turn, const SharedNode& own) {
  if (own != nullptr) Announce(turn, own);
  bus_.Detach(turn.now.steady);
}

void BusWay::PassOn(Turn& turn, const std::vector<SharedNode>& nodes, const Way* came_by) {
  if (came_by == this || !bus_.works()) return;
  std::vector<SharedNode> absent;
  for (const SharedNode& node : nodes) {
    if (!bus_.Hears(node->id)) absent.push_back(node);
  }
  if (!absent.empty()) SayToAll(turn, std::move(absent));
}

void BusWay::SayTo(Turn& turn, const PeerId& hub, std::vector<SharedNode> nodes) {
  turn.Publish(hub, outbound::HubNews{std::move(nodes), bus_.SayToOne()});
}

void BusWay::SendTo(Turn& turn, const PeerId& hub, outbound::HubFrame frame) {
  if (Leads(hub)) turn.Publish(hub, std::move(frame));
}

void BusWay::SayToAll(Turn& turn, std::vector<SharedNode> nodes) {
  turn.Publish(std::nullopt, outbound::HubNews{std::move(nodes), bus_.Say(turn.now.steady)});
}

}  // namespace pigeonhub
