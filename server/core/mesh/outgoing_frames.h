// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <set>

#include "server/core/ids.h"
#include "server/core/links/link_sender.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/ban_news.h"
#include "server/core/mesh/bus_way.h"
#include "server/core/mesh/frame_sender.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/questions.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What this hub says to mesh hubs. It goes as the links have room, and hubs take turns.
class OutgoingFrames {
 public:
  OutgoingFrames(LinkTable& links, MeshHubTable& mesh_hubs, Interest& interest,
                 Subscriptions& subscriptions, FrameSender& frame_sender, BanNews& ban_news,
                 Questions& questions, BusWay& bus_way)
      : links_(links),
        mesh_hubs_(mesh_hubs),
        interest_(interest),
        subscriptions_(subscriptions),
        frame_sender_(frame_sender),
        ban_news_(ban_news),
        questions_(questions),
        bus_way_(bus_way) {}

  // A link has room again.
  void OnRoom();
  // Sends what this input caused, as long as the links have room. At the end of each input.
  void Flush(Turn& turn);

 private:
  // Notes that the hub fell behind, and begins anew with it once it has caught up.
  void CatchUp(Turn& turn, MeshHub& hub);
  // Sends one frame to the hub. False if it has none, or the link has no room for it.
  bool SendOne(Turn& turn, MeshHub& hub);

  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  Interest& interest_;
  Subscriptions& subscriptions_;
  FrameSender& frame_sender_;
  BanNews& ban_news_;
  Questions& questions_;
  BusWay& bus_way_;
  std::set<PeerId> without_room_;  // hubs that have more to be told
  PeerId first_;  // the hub to begin with the next time: there was no room for it the last time
};

}  // namespace pigeonhub
