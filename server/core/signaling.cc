// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/hub_state.h"

namespace pigeonhub {

void Hub::State::OnSignal(Turn& turn, Peer& sender, const inbound::Signal& signal) {
  // The sender is the connection. Only a link may speak for others, and only for peers it told of.
  if (Link* link = LinkOf(sender);
      link != nullptr && !signal.from.empty() && signal.from != sender.id.text()) {
    return OnRelayedSignal(turn, *link, signal);
  }
  const auto drop = [&](Reason reason) {
    DropSignal(turn, sender.id, signal, sender.network, reason);
  };
  if (signal.target.empty()) return drop(Reason::kSignalWithoutTarget);
  if (sender.network == nullptr) return drop(Reason::kSignalNotAnnounced);
  if (sender.network->key.name != signal.network) return drop(Reason::kSignalOtherNamespace);
  const std::optional<PeerId> target = PeerId::Parse(signal.target);
  if (!target.has_value()) return drop(Reason::kSignalUnknownTarget);

  if (const Peer* local = peers.Find(*target)) {
    if (local->network != sender.network) return drop(Reason::kSignalOtherNamespace);
    return DeliverSignal(turn, *local, sender.id, signal);
  }
  if (const RemotePeer* far = remote.Find(*target)) {
    if (far->network != sender.network) return drop(Reason::kSignalOtherNamespace);
    return SendTowards(turn, *far, sender.id, signal, std::nullopt);
  }
  // A reference hub does not tell which peers it knows through others, so an unknown target is
  // offered to every link, as the reference does.
  const bool fits = FitsALink(signal);
  bool offered = false;
  for (const auto& link : links) {
    if (link->peer == &sender || !link->settled) continue;
    if (!fits) return DropTooLarge(turn, sender.id, signal, *sender.network);
    RelaySignal(turn, *link, sender.id, *target, *sender.network, signal);
    offered = true;
  }
  if (!offered) drop(Reason::kSignalUnknownTarget);
}

void Hub::State::DropSignal(Turn& turn, const PeerId& from, const inbound::Signal& signal,
                            const Namespace* network, Reason reason) {
  DropSignal(turn, Dropped(from, signal, network, reason));
}

void Hub::State::DropSignal(Turn& turn, const SignalDropped& dropped) {
  counters.signals_dropped[static_cast<size_t>(dropped.type)].Add();
  Count(turn, dropped.reason);
  const std::string_view network =
      dropped.network == nullptr ? std::string_view() : std::string_view(*dropped.network);
  if (!signal_watch.Shows(turn.now.steady, dropped.from, dropped.target, network)) return;
  Emit(turn, dropped);
}

SignalDropped Hub::State::Dropped(const PeerId& from, const inbound::Signal& signal,
                                  const Namespace* network, Reason reason) {
  return {signal.type,
          from,
          PeerId::Parse(signal.target),
          network == nullptr ? nullptr : network->name,
          signal.payload.text.size(),
          reason};
}

bool Hub::State::FitsALink(const inbound::Signal& signal) const {
  // A name is at most twice as long in JSON.
  return signal.payload.text.size() + 2 * signal.network.size() + mesh::kEnvelope <=
         options.limits.message;
}

void Hub::State::DropTooLarge(Turn& turn, const PeerId& from, const inbound::Signal& signal,
                              const Namespace& network) {
  DropTooLarge(turn, Dropped(from, signal, &network, Reason::kSignalTooLarge));
}

void Hub::State::DropTooLarge(Turn& turn, const SignalDropped& dropped) {
  DropSignal(turn, dropped);
  if (const Peer* sender = peers.Find(dropped.from)) {
    SendTo(turn, sender->connection,
           outbound::Error{"Signal dropped: its data is too large for a peer of another hub"});
  }
}

void Hub::State::DeliverSignal(Turn& turn, const Peer& target, const PeerId& from,
                               const inbound::Signal& signal) {
  counters.signals_delivered[static_cast<size_t>(signal.type)].Add();
  NoteSignal(turn, signal, from, target.id, *target.network, /*to_link=*/false);
  SendTo(turn, target.connection,
         outbound::Signal{signal.type, target.network->name, from, target.id, signal.payload});
}

void Hub::State::NoteSignal(Turn& turn, const inbound::Signal& signal, const PeerId& from,
                            const PeerId& target, const Namespace& network, bool to_link) {
  funnel.OnSignal(turn.now, signal.type, from, target);
  if (!signal_watch.Shows(turn.now.steady, from, target, network.key.name)) return;
  Emit(turn,
       SignalRelayed{signal.type, from, target, network.name, signal.payload.text.size(), to_link});
}

void Hub::State::OnGoodbye(Turn& turn, Peer& peer, const inbound::Goodbye& goodbye) {
  if (Link* link = LinkOf(peer);
      link != nullptr && !goodbye.from.empty() && goodbye.from != peer.id.text()) {
    NoteSignOfLife(turn, peer);
    return OnRelayedGoodbye(turn, *link, goodbye);
  }
  RawJson payload = goodbye.payload;
  if (payload.text.size() > options.limits.announce_data) {
    // It is repeated to every member, so it is held to the same size as an announce.
    Count(turn, Reason::kGoodbyeTooLarge, OriginOf(peer));
    payload = {};
  }
  counters.goodbyes.Add();
  Emit(turn, PeerGoodbye{peer.id, peer.network == nullptr ? nullptr : peer.network->name});
  // Clients send goodbye in beforeunload even if the user then stays on the page; only a close
  // makes such a client come back.
  turn.effects.push_back(Close{peer.connection, Reason::kGoodbye});
  Depart(turn, peer, {Reason::kGoodbye, CloseFrameFor(Reason::kGoodbye).code, {}, &payload});
}

void Hub::State::OnPing(Turn& turn, Peer& peer) {
  counters.pings.Add();
  SendTo(turn, peer.connection, outbound::Pong{peer.id});
}

void Hub::State::OnCleanup(Turn& turn, Peer& peer, const inbound::Cleanup& cleanup) {
  if (!cleanup.connected) return;
  const std::optional<PeerId> other = PeerId::Parse(cleanup.target);
  if (!other.has_value()) return;
  if (!funnel.OnConnected(peer.id, *other)) return;
  counters.pairs_connected.Add();
  Emit(turn,
       PairConnected{peer.id, *other, peer.network == nullptr ? nullptr : peer.network->name});
}

void Hub::State::OnUnroutable(Turn& turn, Peer& peer, std::string_view type) {
  // Clients send these in handshakes that go well: of two peers that offer to each other at once,
  // one declines with connection-rejected; cleanup-all says that a client forgets old handshakes.
  // So they are answered as the reference server does, but are no refusals to be counted.
  const bool is_expected = type == "connection-rejected" || type == "cleanup-all";
  if (!is_expected) Count(turn, Reason::kUnroutable);
  SendTo(turn, peer.connection,
         outbound::Error{absl::StrCat(
             "Signaling server does not route '", absl::string_view(type.data(), type.size()),
             "' messages. Use WebRTC data channels for peer-to-peer communication.")});
}

}  // namespace pigeonhub
