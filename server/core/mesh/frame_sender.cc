// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/frame_sender.h"

#include <utility>

#include "server/core/message.h"

namespace pigeonhub {

void FrameSender::Send(Turn& turn, const MeshHub& hub, std::shared_ptr<const mesh::Body> body) {
  if (trace_.any()) {
    for (const mesh::Op& op : body->ops) {
      if (const auto* signal = std::get_if<mesh::Signal>(&op)) {
        trace_.PassedOn(turn, *signal, hub.id);
      }
    }
  }
  const size_t bytes = SizeOfBody(*body) + mesh::kEnvelope;
  outbound::HubFrame frame{self_.id(),      hub.id, {},
                           std::move(body), {},     known_keys_.MacKeyFor(hub.id)};
  Link* next = links_.FindMesh(hub.next_hop);
  if (next == nullptr) return bus_way_.SendTo(turn, hub.next_hop, std::move(frame));
  LinkSender::Send(turn, *next, std::move(frame), bytes);
}

void FrameSender::OnNewRoute(Turn& turn, MeshHub& hub, bool is_too_large) {
  if (!is_too_large) return Resend(turn, hub, /*at_once=*/true);
  TellAnew(turn, hub, hub.talk.BeginWithinPipe(), Reason::kSignalTooLarge);
}

void FrameSender::Resend(Turn& turn, MeshHub& hub, bool at_once) {
  if (hub.talk.IsStuck(turn.now.steady, at_once)) return BeginSmaller(turn, hub);
  hub.talk.SayAgainWhenDue(turn.now.steady, at_once);
}

void FrameSender::BeginSmaller(Turn& turn, MeshHub& hub) {
  TellAnew(turn, hub, hub.talk.BeginSmaller(), Reason::kSignalTooLarge);
}

void FrameSender::TellAnew(Turn& turn, MeshHub& hub, const std::vector<mesh::Signal>& lost,
                           Reason reason) {
  for (const mesh::Signal& signal : lost) {
    record_.DropAndTell(turn, {signal.type, signal.from, signal.target, signal.network,
                               signal.payload.text.size(), reason});
  }
  turn.Count(Reason::kHubToldAnew);
  subscriptions_.Greet(hub);
  subscriptions_.ListAllWanted(hub);
}

void FrameSender::DropUnheard(Turn& turn, MeshHub& hub, Reason reason) {
  for (const mesh::Signal& lost : hub.talk.TakeSignals()) {
    const SignalDropped dropped{
        lost.type, lost.from, lost.target, lost.network, lost.payload.text.size(), reason};
    if (reason == Reason::kHubUnreachable) {
      record_.DropAndTell(turn, dropped);
    } else {
      record_.Drop(turn, dropped);
    }
  }
}

void FrameSender::OnTooLargeForLink(Turn& turn, const Link& link) {
  MeshHub* largest = nullptr;
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    if (!hub->up || hub->next_hop != link.hub) continue;
    if (largest == nullptr || hub->talk.largest_unacked() > largest->talk.largest_unacked()) {
      largest = hub.get();
    }
  }
  // If it was what another hub said, that hub finds out when nobody acknowledges it.
  if (largest == nullptr || largest->talk.largest_unacked() == 0 ||
      largest->talk.largest_unacked() < link.largest_passed_on) {
    return;
  }
  BeginSmaller(turn, *largest);
}

void FrameSender::OnSlowLink(Turn& turn, const Link& link) {
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    if (!hub->up || hub->next_hop != link.hub || !hub->talk.CutOffAgain()) continue;
    TellAnew(turn, *hub, hub->talk.BeginAnew(), Reason::kLinkBacklogged);
  }
}

}  // namespace pigeonhub
