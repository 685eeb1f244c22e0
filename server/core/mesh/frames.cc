// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/frames.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/core/mesh_message.h"

namespace pigeonhub {

void Frames::Hear(Turn& turn, Way& way, const inbound::HubFrame& frame) {
  const bool was_here = frame.from == self_.id() || std::find(frame.via.begin(), frame.via.end(),
                                                              self_.id()) != frame.via.end();
  if (was_here) {
    ++way.counts.looped;
    return turn.Count(Reason::kSignalLooped);
  }
  if (frame.to != self_.id()) return relay_.PassOn(turn, way, frame);
  if (!known_keys_.Accepts(turn, way, frame)) return;
  MeshHub* known = mesh_hubs_.Find(frame.from);
  // Not on the map (yet): it will be said again.
  if (known == nullptr || !known->up) return;
  MeshHub& hub = *known;
  const Conversation::Heard heard = hub.talk.Hear(turn.now.steady, *frame.body);
  for (size_t type = 0; type < kSignalTypeCount; ++type) {
    turn.counters.signals_relayed[type].Add(heard.signals[type]);
  }
  if (heard.start_over) {
    frame_sender_.DropUnheard(turn, hub, Reason::kSignalUnknownTarget);
    hub.talk.StartOver();
    subscriptions_.Greet(hub);
    if (!heard.fresh) subscriptions_.ListAllWanted(hub);
  }
  if (heard.fresh) {
    hub_ops_.BeginAnew(hub);
    if (!heard.start_over)
      subscriptions_.ListNamespace(hub,
                                   std::make_shared<const std::string>(self_.mesh_namespace()));
  }
  if (!heard.accepted) return;
  CountUnread(turn, hub.counts, frame.refused);
  for (const mesh::Op& op : frame.body->ops) {
    hub_ops_.Apply(turn, hub, op);
  }
}

void Frames::OnTick(Turn& turn) {
  map_news_.OnTick(turn);
  for (MeshHub* hub : mesh_hubs_.TakeDue(turn.now.steady)) {
    if (!hub->lost.has_value()) {
      frame_sender_.Resend(turn, *hub, /*at_once=*/false);
    } else if (hub->lost->gone_at <= turn.now.steady) {
      const PeerId id = hub->id;
      const bool ended_in_order = map_.SaidItsEnd(id);
      lost_hubs_.ForgetThoseBefore(*hub);
      if (!ended_in_order) lost_hubs_.Note(turn.now.steady, *hub);
      const size_t withdrawn = conversations_.Lose(turn, id);
      if (!ended_in_order) turn.Emit(HubLost{id, withdrawn});
    } else if (hub->lost->until() > turn.now.steady) {
      hub->talk.Touch();  // it got more time
    } else {
      hub->lost->no_signals = true;
      frame_sender_.DropUnheard(turn, *hub, Reason::kHubUnreachable);
    }
  }
}

void Frames::SayEnd(Turn& turn) { map_news_.AnnounceEnd(turn); }

void Frames::Forget() {
  mesh_hubs_.Clear();
  map_.Clear();
  map_news_.Clear();
  known_keys_.Clear();
  interest_.set_wants_all(false);
}

}  // namespace pigeonhub
