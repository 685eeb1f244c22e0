// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/link_sender.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "server/core/mesh_message.h"
#include "server/core/overloaded.h"

namespace pigeonhub {
namespace {

// What it holds and what it takes to send it, whichever is more.
size_t SizeOf(const outbound::Message& message) {
  return std::visit(Overloaded{
                        [](const outbound::Signal& signal) {
                          return mesh::kEnvelope + 2 * signal.network->size() +
                                 std::max(signal.payload.text.size(), signal.payload.held());
                        },
                        [](const outbound::HubFrame& frame) {
                          return mesh::kEnvelope +
                                 std::max(frame.raw.text.size(), frame.raw.held());
                        },
                        [](const auto&) { return size_t{0}; },
                    },
                    message);
}

// The peer, or the hub, that it comes from.
const PeerId& OwnerOf(const outbound::Message& message) {
  const auto* frame = std::get_if<outbound::HubFrame>(&message);
  return frame != nullptr ? frame->from : std::get<outbound::Signal>(message).from;
}

SignalDropped Describe(const outbound::Signal& signal, Reason reason) {
  return {signal.type, signal.from, signal.target, signal.network, signal.payload.text.size(),
          reason};
}

}  // namespace

void LinkSender::Send(Turn& turn, Link& link, outbound::Message message, size_t bytes) {
  link.room.Take(bytes);
  if (const auto* signal = std::get_if<outbound::Signal>(&message)) {
    turn.counters.signals_relayed[static_cast<size_t>(signal->type)].Add();
  }
  turn.Send(link.connection, std::move(message));
}

void LinkSender::SendInTurn(Turn& turn, Link& link, outbound::Message message) {
  const size_t bytes = SizeOf(message);
  if (link.waiting.empty() && link.room.any()) return Send(turn, link, std::move(message), bytes);
  const PeerId owner = OwnerOf(message);
  for (const outbound::Message& dropped : link.waiting.Add(owner, std::move(message), bytes)) {
    Drop(turn, dropped);
  }
  AwaitRoom(turn, link);
}

void LinkSender::AwaitRoom(Turn& turn, Link& link) {
  if (link.room.Ask()) turn.effects.push_back(MoreWaits{link.connection});
}

void LinkSender::Forget(Turn& turn, const Link& link) {
  link.waiting.ForEachWaiting([&](const outbound::Message& message) {
    if (const auto* signal = std::get_if<outbound::Signal>(&message)) {
      record_.Drop(turn, Describe(*signal, Reason::kSignalUnknownTarget));
    }
  });
}

void LinkSender::OnWantMore(Turn& turn, ConnectionId connection) {
  Link* link = links_.FindOn(connection);
  if (link == nullptr) return;
  link->room.Refill();
  // At most half the room: the rest is for what this hub itself says to others.
  for (size_t sent = 0; !link->waiting.empty() && sent < LinkRoom::kPiece / 2;) {
    outbound::Message next = link->waiting.Take();
    const size_t bytes = SizeOf(next);
    link->waiting.Release(OwnerOf(next), bytes);
    Send(turn, *link, std::move(next), bytes);
    sent += bytes;
  }
  if (!link->waiting.empty()) AwaitRoom(turn, *link);
}

void LinkSender::Drop(Turn& turn, const outbound::Message& message) {
  const auto* signal = std::get_if<outbound::Signal>(&message);
  // A frame is said again by the hub that it comes from.
  if (signal == nullptr) return turn.Count(Reason::kLinkBacklogged);
  record_.DropAndTell(turn, Describe(*signal, Reason::kLinkBacklogged));
}

}  // namespace pigeonhub
