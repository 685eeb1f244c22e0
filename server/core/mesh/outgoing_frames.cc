// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/outgoing_frames.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "server/core/mesh_message.h"

namespace pigeonhub {

void OutgoingFrames::CatchUp(Turn& turn, MeshHub& hub) {
  const bool was_behind = std::exchange(hub.behind, hub.talk.fell_behind());
  if (hub.behind && !was_behind) turn.Count(Reason::kHubToldAnew);
  if (!hub.talk.may_begin_anew()) return;
  (void)hub.talk.BeginAnew();  // all that was said is acknowledged
  subscriptions_.Greet(hub);
  subscriptions_.ListAllWanted(hub);
}

void OutgoingFrames::OnRoom() {
  for (const PeerId& id : std::exchange(without_room_, {})) {
    if (MeshHub* hub = mesh_hubs_.Find(id)) hub->talk.Touch();
  }
}

void OutgoingFrames::Flush(Turn& turn) {
  if (mesh_hubs_.empty()) return;
  subscriptions_.UpdateWantAll(turn);
  ban_news_.NoteChanges();
  if (!mesh_hubs_.has_touched()) return;
  ban_news_.AskNext();
  const std::vector<MeshHub*> touched = mesh_hubs_.TakeTouched();
  std::vector<MeshHub*> talking;
  for (MeshHub* hub : touched) {
    if (!hub->CanBeReached()) continue;
    CatchUp(turn, *hub);
    ban_news_.Speak(turn, *hub);
    questions_.Speak(turn, *hub);
    if (hub->talk.HasMore(turn.now.steady)) talking.push_back(hub);
  }
  std::rotate(talking.begin(),
              std::find_if(talking.begin(), talking.end(),
                           [this](const MeshHub* hub) { return first_ <= hub->id; }),
              talking.end());
  first_ = PeerId();
  for (bool sent = !talking.empty(); std::exchange(sent, false);) {
    for (MeshHub* hub : talking) sent = SendOne(turn, *hub) || sent;
  }
  for (MeshHub* hub : touched) {
    if (hub->CanBeReached()) {
      if (auto ack = hub->talk.TakeAck(turn.now.steady)) {
        frame_sender_.Send(turn, *hub, std::move(ack));
      }
    }
    mesh_hubs_.Settle(*hub, turn.now.steady);
  }
}

bool OutgoingFrames::SendOne(Turn& turn, MeshHub& hub) {
  if (!hub.talk.HasMore(turn.now.steady)) return false;
  // On the bus the pipe of the conversation is all the room there is.
  Link* link = links_.FindMesh(hub.next_hop);
  if (link == nullptr && !bus_way_.Leads(hub.next_hop)) return false;
  if (link != nullptr && !link->room.any()) {
    if (first_ == PeerId()) first_ = hub.id;
    without_room_.insert(hub.id);
    LinkSender::AwaitRoom(turn, *link);
    return false;
  }
  auto body = hub.talk.NextBody(turn.now.steady,
                                [this](const PeerId& peer) { return interest_.JoinOf(peer); });
  if (body == nullptr) return false;
  frame_sender_.Send(turn, hub, std::move(body));
  questions_.Speak(turn, hub);
  return true;
}

}  // namespace pigeonhub
