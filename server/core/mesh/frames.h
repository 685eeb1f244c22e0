// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/deadlines.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/way.h"
#include "server/core/mesh/conversations.h"
#include "server/core/mesh/frame_sender.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/hub_ops.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/lost_hubs.h"
#include "server/core/mesh/map_news.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/relay.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/message.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Frames that come: what mesh hubs say to this hub, over links and over other hubs.
class Frames {
 public:
  Frames(const Identity& self, HubMap& map, MeshHubTable& mesh_hubs, KnownKeys& known_keys,
         Interest& interest, Subscriptions& subscriptions, FrameSender& frame_sender, Relay& relay,
         MapNews& map_news, Conversations& conversations, LostHubs& lost_hubs, HubOps& hub_ops)
      : self_(self),
        map_(map),
        mesh_hubs_(mesh_hubs),
        known_keys_(known_keys),
        interest_(interest),
        subscriptions_(subscriptions),
        frame_sender_(frame_sender),
        relay_(relay),
        map_news_(map_news),
        conversations_(conversations),
        lost_hubs_(lost_hubs),
        hub_ops_(hub_ops) {}

  // A frame came, for this hub or to be passed on.
  void Hear(Turn& turn, Way& way, const inbound::HubFrame& frame);
  // Says again what was not acknowledged, and gives up hubs that no link leads to.
  void OnTick(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const { return EarliestOf(map_news_, mesh_hubs_); }
  // Signaling stops: the others are told, while there are ways to them; then there are no mesh hubs
  // any more, and no map.
  void SayEnd(Turn& turn);
  void Forget();

 private:
  const Identity& self_;
  HubMap& map_;
  MeshHubTable& mesh_hubs_;
  KnownKeys& known_keys_;
  Interest& interest_;
  Subscriptions& subscriptions_;
  FrameSender& frame_sender_;
  Relay& relay_;
  MapNews& map_news_;
  Conversations& conversations_;
  LostHubs& lost_hubs_;
  HubOps& hub_ops_;
};

}  // namespace pigeonhub
