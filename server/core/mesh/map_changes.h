// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "server/core/hubs/quarantine_list.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/bus.h"
#include "server/core/mesh/conversations.h"
#include "server/core/mesh/direct_links.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/map_news.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/reach.h"
#include "server/core/options.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Brings the hubs to talk to, and the links of this hub's own making, in line with the map.
class MapChanges {
 public:
  MapChanges(const HubOptions& options, HubMap& map, LinkTable& links, MeshHubTable& mesh_hubs,
             QuarantineList& quarantined, DirectLinks& direct_links, MapNews& map_news,
             Conversations& conversations, KnownKeys& known_keys, Bus& bus, Reach& reach)
      : options_(options),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs),
        quarantined_(quarantined),
        direct_links_(direct_links),
        map_news_(map_news),
        conversations_(conversations),
        known_keys_(known_keys),
        bus_(bus),
        reach_(reach) {}

  // If the map has changed, and it is time to look at it. That takes time for each hub, so it is
  // not done more often than the hubs on the map are worth.
  void Apply(Turn& turn);
  // When Apply has something to do next.
  std::optional<SteadyTime> NextDeadline() const { return map_.next_look(); }

 private:
  void ApplyOnce(Turn& turn);
  void JudgeBus(SteadyTime now);

  const HubOptions& options_;
  HubMap& map_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  QuarantineList& quarantined_;
  DirectLinks& direct_links_;
  MapNews& map_news_;
  Conversations& conversations_;
  KnownKeys& known_keys_;
  Bus& bus_;
  Reach& reach_;
};

}  // namespace pigeonhub
