// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <set>

#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_sender.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/ban_news.h"
#include "server/core/mesh/frame_sender.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What goes out to mesh hubs: what this hub says to them, and what it passes on. Both go as the
// links have room, and hubs take turns.
class OutgoingFrames {
 public:
  OutgoingFrames(const HubOptions& options, const Identity& self, HubMap& map, LinkTable& links,
                 MeshHubTable& mesh_hubs, Interest& interest, LinkSender& link_sender,
                 Subscriptions& subscriptions, FrameSender& frame_sender, BanNews& ban_news)
      : options_(options),
        self_(self),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs),
        interest_(interest),
        link_sender_(link_sender),
        subscriptions_(subscriptions),
        frame_sender_(frame_sender),
        ban_news_(ban_news) {}

  // A frame for another hub came over a link.
  void PassOn(Turn& turn, Link& link, const inbound::HubFrame& frame);
  // A link has room again.
  void OnRoom();
  // Sends what this input caused, as long as the links have room. At the end of each input.
  void Flush(Turn& turn);

 private:
  // Notes that the hub fell behind, and begins anew with it once it has caught up.
  void CatchUp(Turn& turn, MeshHub& hub);
  // Sends one frame to the hub. False if it has none, or the link has no room for it.
  bool SendOne(Turn& turn, MeshHub& hub);

  const HubOptions& options_;
  const Identity& self_;
  HubMap& map_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  Interest& interest_;
  LinkSender& link_sender_;
  Subscriptions& subscriptions_;
  FrameSender& frame_sender_;
  BanNews& ban_news_;
  std::set<PeerId> without_room_;  // hubs that have more to be told
  PeerId first_;  // the hub to begin with the next time: there was no room for it the last time
};

}  // namespace pigeonhub
