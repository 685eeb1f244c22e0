// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <vector>

#include "server/core/hubs/hub_registry.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/links/link_table.h"
#include "server/core/mesh/direct_links.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/node_seal.h"
#include "server/core/mesh_message.h"
#include "server/core/message.h"
#include "server/core/options.h"
#include "server/core/peers/peer_table.h"
#include "server/core/turn.h"

namespace pigeonhub {

// What hubs announce of themselves, and the map that every mesh hub draws from it.
class MapNews {
 public:
  MapNews(const HubOptions& options, const Identity& self, PeerTable& peers, HubRegistry& registry,
          HubMap& map, LinkTable& links, MeshHubTable& mesh_hubs, DirectLinks& direct_links,
          Sealer& sealer, KnownKeys& known_keys)
      : options_(options),
        self_(self),
        peers_(peers),
        registry_(registry),
        map_(map),
        links_(links),
        mesh_hubs_(mesh_hubs),
        direct_links_(direct_links),
        sealer_(sealer),
        known_keys_(known_keys) {}

  void Hear(Turn& turn, Link& link, const inbound::HubNews& news);
  // Says what is new of this hub, or is due to be repeated.
  void AnnounceSelf(Turn& turn);
  // As soon as the hub there may be told of others.
  void SendMap(Turn& turn, Link& link);

  // This hub repeats its news every 10 s. And another process takes the place of one that did not
  // show in time that it lives.
  void OnTick(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const;
  void Clear();

 private:
  // Puts it on the map. True if it is new there.
  bool Learn(Turn& turn, const SharedNode& node, LinkCounts* refused);
  // A process before this one, with the same key, said it: this one has to begin later.
  void HearOwn(Turn& turn, Link& link, const HubNode& node);
  void PassOn(Turn& turn, const std::vector<SharedNode>& nodes, PathId except);

  const HubOptions& options_;
  const Identity& self_;
  PeerTable& peers_;
  HubRegistry& registry_;
  HubMap& map_;
  LinkTable& links_;
  MeshHubTable& mesh_hubs_;
  DirectLinks& direct_links_;
  Sealer& sealer_;
  KnownKeys& known_keys_;
  bool must_announce_ = false;  // what this hub says of itself is due again, changed or not
  std::optional<SteadyTime> repeat_at_;
};

}  // namespace pigeonhub
