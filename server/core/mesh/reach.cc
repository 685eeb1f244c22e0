// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/reach.h"

#include <algorithm>
#include <cstddef>

#include "server/core/mesh_message.h"

namespace pigeonhub {
namespace {

// All hubs together have at most half as much under way to one hub as a broker keeps for a reader
// (max_pending, 64 MiB), and a hub has some more for what it says again.
constexpr size_t kUnderWayToOneHub = size_t{24} * 1024 * 1024;
constexpr size_t kLeastUnderWay = size_t{64} * 1024;

}  // namespace

void Reach::Update(Turn& turn, MeshHub& hub) {
  const HubMap::Route* route = map_.RouteTo(hub.id);
  if (route == nullptr) {
    if (hub.lost.has_value()) return;
    const SteadyTime now = turn.now.steady;
    hub.lost = MeshHub::Lost{EndOfDeafness(hub).value_or(now + options_.link_grace), now,
                             turn.now.unix_ms};
    return known_keys_.OnRouteLost(hub.id);
  }
  const bool new_route = hub.lost.has_value() || hub.next_hop != route->next;
  hub.lost.reset();
  hub.next_hop = route->next;
  const bool is_too_large = hub.talk.SetPipe(PipeOf(*route));
  if (!hub.up) {
    hub.up = turn.now.steady;
    lost_hubs_.Forget(hub.id);
    remote_presence_.AddPath(hub.path);
    subscriptions_.Greet(hub);
  } else if (new_route) {
    frame_sender_.OnNewRoute(turn, hub, is_too_large);
  }
  conversations_.Show(turn, hub);
}

std::optional<SteadyTime> Reach::EndOfDeafness(const MeshHub& hub) const {
  const std::optional<SteadyTime> since = bus_.DeafSince(hub.next_hop);
  return since.has_value() ? std::optional(*since + options_.bus.grace) : std::nullopt;
}

Conversation::Pipe Reach::PipeOf(const HubMap::Route& route) const {
  Conversation::Pipe pipe;
  if (!route.over_bus) return pipe;
  pipe.unacked = std::max(kUnderWayToOneHub / (map_.others().size() + 1), kLeastUnderWay);
  if (route.begins_on_bus && bus_.max_payload() > 0) {
    pipe.body = bus_.max_payload() - std::min(bus_.max_payload(), mesh::kEnvelope);
  }
  return pipe;
}

void Reach::OnBusUp(Turn& turn) {
  const SteadyTime until = turn.now.steady + Bus::kTimeToBeHeard;
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    if (!hub->lost.has_value() || hub->lost->gone_at <= until) continue;
    hub->lost->gone_at = until;
    hub->talk.Touch();
  }
}

void Reach::OnBusDown() {
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    // It had no time to be heard since this hub was deaf before.
    const std::optional<SteadyTime> end = EndOfDeafness(*hub);
    if (!hub->lost.has_value() || !end.has_value()) continue;
    hub->lost->gone_at = *end;
    hub->talk.Touch();
  }
}

}  // namespace pigeonhub
