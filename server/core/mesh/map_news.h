// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <vector>

#include "server/core/deadlines.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/links/way.h"
#include "server/core/mesh/bus_way.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/node_seal.h"
#include "server/core/mesh/own_node.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What hubs announce of themselves, and the map that every mesh hub draws from it.
class MapNews {
 public:
  MapNews(const HubOptions& options, const OwnNode& own_node, HubMap& map, LinkTable& links,
          MeshHubTable& mesh_hubs, BusWay& bus_way, Sealer& sealer, KnownKeys& known_keys)
      : options_(options),
        own_node_(own_node),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs),
        bus_way_(bus_way),
        sealer_(sealer),
        known_keys_(known_keys) {}

  void Hear(Turn& turn, Way& way, const inbound::HubNews& news);
  // Says what is new of this hub, or is due to be repeated.
  void AnnounceSelf(Turn& turn);
  // Says over links and the bus that this hub leaves them.
  void AnnounceEnd(Turn& turn);
  // As soon as the hub there may be told of others.
  void SendMap(Turn& turn, Link& link);
  // A hub has come to the bus: it is to hear of this one, and of those that are not on the bus.
  void Greet(const PeerId& newcomer) { newcomers_.push_back(newcomer); }
  void SendMapToNewcomers(Turn& turn);

  // This hub repeats its news every 10 s. And another process takes the place of one that did not
  // show in time that it lives.
  void OnTick(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const {
    return Earliest(repeat_at_, known_keys_.NextDeadline());
  }
  void Clear();

 private:
  // Puts it on the map. True if it is to be passed on.
  bool Learn(Turn& turn, const SharedNode& node, LinkCounts* refused);
  // A process before this one, with the same key, said it: this one has to begin later.
  void HearOwn(Turn& turn, Way& way, const HubNode& node);
  // When the map is looked at, this hub says of itself what is so, changed or not.
  void MustAnnounce();
  // Over all ways but the one by which it came.
  void PassOn(Turn& turn, const std::vector<SharedNode>& nodes, const Way* came_by);
  void PassOnOverLinks(Turn& turn, const std::vector<SharedNode>& nodes, const Way* came_by);

  const HubOptions& options_;
  const OwnNode& own_node_;
  HubMap& map_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  BusWay& bus_way_;
  Sealer& sealer_;
  KnownKeys& known_keys_;
  std::vector<PeerId> newcomers_;
  bool must_announce_ = false;  // what this hub says of itself is due again, changed or not
  std::optional<SteadyTime> repeat_at_;
};

}  // namespace pigeonhub
