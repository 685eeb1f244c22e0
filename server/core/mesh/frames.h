// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/hubs/quarantine_list.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/conversations.h"
#include "server/core/mesh/frame_sender.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/hub_ops.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/map_news.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Frames from hub to hub: what mesh hubs say to each other, over links and over other hubs.
class Frames {
 public:
  Frames(const HubOptions& options, const Identity& self, HubMap& map, LinkTable& links,
         MeshHubTable& mesh_hubs, QuarantineList& quarantined, Interest& interest,
         Subscriptions& subscriptions, FrameSender& frame_sender, MapNews& map_news,
         Conversations& conversations, HubOps& hub_ops)
      : options_(options),
        self_(self),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs),
        quarantined_(quarantined),
        interest_(interest),
        subscriptions_(subscriptions),
        frame_sender_(frame_sender),
        map_news_(map_news),
        conversations_(conversations),
        hub_ops_(hub_ops) {}

  // A frame came over a link, for this hub or to be passed on.
  void Hear(Turn& turn, Link& link, const inbound::HubFrame& frame);
  // Sends what this input gave the hub to say. Called at the end of each input.
  void Flush(Turn& turn);
  // Says again what was not acknowledged, and gives up hubs that no link leads to.
  void OnTick(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const;
  // Signaling stops: there are no mesh hubs any more, and no map.
  void Forget();

 private:
  void PassOn(Turn& turn, Link& link, const inbound::HubFrame& frame);
  // Notes that the hub fell behind, and begins anew with it once it has caught up.
  void CatchUp(Turn& turn, MeshHub& hub);

  const HubOptions& options_;
  const Identity& self_;
  HubMap& map_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  QuarantineList& quarantined_;
  Interest& interest_;
  Subscriptions& subscriptions_;
  FrameSender& frame_sender_;
  MapNews& map_news_;
  Conversations& conversations_;
  HubOps& hub_ops_;
};

}  // namespace pigeonhub
