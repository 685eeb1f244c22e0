// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/mesh/bus.h"
#include "server/core/mesh/conversations.h"
#include "server/core/mesh/frame_sender.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/lost_hubs.h"
#include "server/core/mesh/mesh_hub.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/options.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Whether a way leads to a mesh hub, what goes over it, and how long a hub without a way stays
// known. That is longer if nothing is known against the hub, but that this hub is deaf on the bus.
class Reach {
 public:
  Reach(const HubOptions& options, const HubMap& map, const Bus& bus, MeshHubTable& mesh_hubs,
        KnownKeys& known_keys, RemotePresence& remote_presence, Subscriptions& subscriptions,
        FrameSender& frame_sender, Conversations& conversations, LostHubs& lost_hubs)
      : options_(options),
        map_(map),
        bus_(bus),
        mesh_hubs_(mesh_hubs),
        known_keys_(known_keys),
        remote_presence_(remote_presence),
        subscriptions_(subscriptions),
        frame_sender_(frame_sender),
        conversations_(conversations),
        lost_hubs_(lost_hubs) {}

  // Brings the hub in line with the map.
  void Update(Turn& turn, MeshHub& hub);
  // Of all hubs without a way.
  void OnBusUp(Turn& turn);
  void OnBusDown();

 private:
  // Until when it stays known, if this hub is only deaf.
  std::optional<SteadyTime> EndOfDeafness(const MeshHub& hub) const;
  Conversation::Pipe PipeOf(const HubMap::Route& route) const;

  const HubOptions& options_;
  const HubMap& map_;
  const Bus& bus_;
  MeshHubTable& mesh_hubs_;
  KnownKeys& known_keys_;
  RemotePresence& remote_presence_;
  Subscriptions& subscriptions_;
  FrameSender& frame_sender_;
  Conversations& conversations_;
  LostHubs& lost_hubs_;
};

}  // namespace pigeonhub
