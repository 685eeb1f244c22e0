// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "server/core/identity.h"
#include "server/core/links/link_sender.h"
#include "server/core/links/link_table.h"
#include "server/core/links/way.h"
#include "server/core/mesh/bus_way.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Passes frames on that are for another hub, unopened. Over a link they go as that has room, and
// hubs take turns.
class Relay {
 public:
  Relay(const HubOptions& options, const Identity& self, HubMap& map, LinkTable& links,
        LinkSender& link_sender, BusWay& bus_way)
      : options_(options),
        self_(self),
        map_(map),
        links_(links),
        link_sender_(link_sender),
        bus_way_(bus_way) {}

  // `way`: by which it came.
  void PassOn(Turn& turn, Way& way, const inbound::HubFrame& frame);

 private:
  const HubOptions& options_;
  const Identity& self_;
  HubMap& map_;
  LinkTable& links_;
  LinkSender& link_sender_;
  BusWay& bus_way_;
};

}  // namespace pigeonhub
