// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "pigeonhub/handshake.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/mesh/handshake_trace.h"
#include "server/core/mesh/hub_clocks.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh_message.h"
#include "server/core/peers/handshake_watch.h"
#include "server/core/turn.h"

namespace pigeonhub {

// While somebody watches handshakes here, asks the other hubs for what they see of them, and for
// the time there. A hub that is asked tells it for a while; so nobody has to say that it is enough.
//
// Asked, and told, are hubs alone that have the key of the mesh: who was let in without a token
// learns nothing.
class HandshakeAsking {
 public:
  HandshakeAsking(const Identity& self, HandshakeWatch& watch, HandshakeTrace& trace,
                  HubClocks& clocks, MeshHubTable& mesh_hubs, const HubMap& map,
                  const KnownKeys& known_keys)
      : self_(self),
        watch_(watch),
        trace_(trace),
        clocks_(clocks),
        mesh_hubs_(mesh_hubs),
        map_(map),
        known_keys_(known_keys) {}

  // What is watched here from now on. What is known of the other hubs is told anew.
  void Watch(Turn& turn, const std::vector<HandshakeFilter>& filters);

  // A mesh hub says something.
  void Hear(Turn& turn, MeshHub& hub, const mesh::TraceAsked& asked);
  void Hear(Turn& turn, MeshHub& hub, const mesh::TraceAnswered& answered);
  void Hear(Turn& turn, MeshHub& hub, const mesh::TraceStep& step);

  void OnTick(Turn& turn);
  std::optional<SteadyTime> NextDeadline() const { return Earliest(watch_.NextDeadline(), next_); }

 private:
  // What this hub knows of one that it asks.
  struct Asked {
    SteadyTime next;  // when to ask again
    size_t times = 0;
    size_t in_vain = 0;                // since the last answer
    std::optional<HandshakeHub> told;  // what was last said of it
  };

  bool IsAdmitted(const PeerId& hub) const;
  void Ask(Turn& turn, MeshHub& hub, Asked& asked);
  // Says what is known of the hub, if that is news.
  void Tell(Turn& turn, Asked& asked, HandshakeHub hub);

  const Identity& self_;
  HandshakeWatch& watch_;
  HandshakeTrace& trace_;
  HubClocks& clocks_;
  MeshHubTable& mesh_hubs_;
  const HubMap& map_;
  const KnownKeys& known_keys_;
  std::map<PeerId, Asked> asked_;
  std::optional<SteadyTime> next_;  // when to look whom to ask; empty: nobody watches here
};

}  // namespace pigeonhub
