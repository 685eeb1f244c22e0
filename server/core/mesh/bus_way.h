// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "server/core/ids.h"
#include "server/core/links/way.h"
#include "server/core/mesh/bus.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// The bus as a way to other hubs. What cannot be said there now is not said: whoever said it says
// it again.
class BusWay : public Way {
 public:
  BusWay(Bus& bus, size_t most_hubs) : Way(most_hubs, kWordsAtAStart), bus_(bus) {}

  // That this hub is there.
  void SayBeat(Turn& turn) { SayToAll(turn, {}); }
  // The word of this hub.
  void Announce(Turn& turn, const SharedNode& own);
  // Its last word there; null if it has none to say.
  void Leave(Turn& turn, const SharedNode& own);
  // Another process there has the id of this hub: the two must not outbid each other's word.
  bool HasNamesake(SteadyTime now) const { return bus_.HasNamesake(now); }
  // News that came over another way, unless their hubs are heard on the bus: they speak for
  // themselves. What came over the bus all have heard.
  void PassOn(Turn& turn, const std::vector<SharedNode>& nodes, const Way* came_by);
  // To one that has just come.
  void SayTo(Turn& turn, const PeerId& hub, std::vector<SharedNode> nodes);
  // Its word leaves the bus.
  void NoteLeft(const PeerId& hub) { bus_.NoteLeft(hub); }
  // Whether the hub is heard there; then a frame can be sent to it.
  bool Leads(const PeerId& hub) const { return bus_.Hears(hub); }
  void SendTo(Turn& turn, const PeerId& hub, outbound::HubFrame frame);
  // Whether the broker takes a message of so many bytes.
  bool Takes(size_t bytes) const { return bytes <= bus_.max_payload(); }

 private:
  // All speak for themselves there. When all start at once each says so many words, until it knows
  // what the others call the bus.
  static constexpr size_t kWordsAtAStart = 8;

  void SayToAll(Turn& turn, std::vector<SharedNode> nodes);

  Bus& bus_;
};

}  // namespace pigeonhub
