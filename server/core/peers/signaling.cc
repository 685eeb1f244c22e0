// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/signaling.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "server/core/mesh_message.h"

namespace pigeonhub {

Peer* Signaling::TargetHere(const Peer& sender, const inbound::Signal& signal) const {
  if (sender.network == nullptr || *sender.network->name != signal.network ||
      signal.payload.text.size() > options_.limits.signal) {
    return nullptr;
  }
  const std::optional<PeerId> id = PeerId::Parse(signal.target);
  Peer* target = id.has_value() ? peers_.Find(*id) : nullptr;
  return target != nullptr && target->network == sender.network ? target : nullptr;
}

void Signaling::FromPeer(Turn& turn, Peer& sender, const inbound::Signal& signal) {
  ++sender.signals_sent;
  if (Peer* target = TargetHere(sender, signal)) {
    return Deliver(turn, *target, sender.id, signal, std::nullopt);
  }
  const auto drop = [&](Reason reason) {
    record_.Drop(turn, sender.id, signal, sender.network, reason);
  };
  const auto drop_and_tell = [&](Reason reason) {
    record_.DropAndTell(turn, sender.id, signal, sender.network, reason);
  };
  if (signal.target.empty()) return drop(Reason::kSignalWithoutTarget);
  if (sender.network == nullptr) return drop(Reason::kSignalNotAnnounced);
  if (*sender.network->name != signal.network) return drop(Reason::kSignalOtherNamespace);
  if (signal.payload.text.size() > options_.limits.signal) {
    return drop_and_tell(Reason::kSignalTooLarge);
  }
  const std::optional<PeerId> target = PeerId::Parse(signal.target);
  if (!target.has_value()) return drop(Reason::kSignalUnknownTarget);

  if (peers_.Find(*target) != nullptr) return drop(Reason::kSignalOtherNamespace);
  if (const RemotePeer* far = remote_.Find(*target)) {
    if (far->network != sender.network) return drop(Reason::kSignalOtherNamespace);
    return SendTowards(turn, *far, sender.id, signal, std::nullopt);
  }
  // A reference hub does not tell which peers it knows through others, so an unknown target is
  // offered to every link, as the reference does.
  const bool fits = FitsALink(signal);
  bool offered = false;
  for (const auto& link : links_.all()) {
    if (link->peer == &sender || !link->is_reference()) continue;
    if (!fits) return drop_and_tell(Reason::kSignalTooLarge);
    Relay(turn, *link, sender.id, *target, *sender.network, signal);
    offered = true;
  }
  if (!offered) drop(Reason::kSignalUnknownTarget);
}

void Signaling::FromLink(Turn& turn, Link& link, const inbound::Signal& signal) {
  const std::optional<PeerId> from = PeerId::Parse(signal.from);
  if (!from.has_value()) {
    ++link.counts.forged;
    return record_.Drop(turn, link.hub.value_or(PeerId()), signal, nullptr,
                        Reason::kSignalForgedSender);
  }
  FromHub(turn, link.path, *from, signal);
}

void Signaling::FromHub(Turn& turn, PathId path, const PeerId& from,
                        const inbound::Signal& signal) {
  const RemotePeer* sender = remote_.Find(from);
  LinkCounts* counts = paths_.CountsOf(path);
  // Of a peer that another hub of ours has, a reference hub may say that it has it, and not speak
  // in its name.
  const bool lives_elsewhere = sender != nullptr && mesh_hubs_.IsReferencePath(path) &&
                               sender->entries.front().generation > 0;
  if (sender == nullptr || lives_elsewhere || !RemotePeerTable::Connects(*sender, path)) {
    if (counts != nullptr) ++counts->forged;
    return record_.Drop(turn, from, signal, nullptr, Reason::kSignalForgedSender);
  }
  const auto drop = [&](Reason reason) {
    record_.Drop(turn, from, signal, sender->network, reason);
  };
  if (signal.target.empty()) return drop(Reason::kSignalWithoutTarget);
  if (*sender->network->name != signal.network) {
    return drop(Reason::kSignalOtherNamespace);
  }
  if (signal.payload.text.size() > options_.limits.signal) return drop(Reason::kSignalTooLarge);
  const std::optional<PeerId> target = PeerId::Parse(signal.target);
  if (!target.has_value()) return drop(Reason::kSignalUnknownTarget);

  if (*target == self_.id() && self_.IsHubMesh(*sender->network)) {
    return ShowToWatchers(turn, path, from, *target, signal);
  }
  if (Peer* local = peers_.Find(*target)) {
    if (local->network != sender->network) return drop(Reason::kSignalOtherNamespace);
    ShowToWatchers(turn, path, from, *target, signal);
    if (counts != nullptr) ++counts->relayed;
    return Deliver(turn, *local, sender->id, signal, HubOn(path));
  }
  // Passed on only to a hub that told of the target, and never back where it came from: two
  // reference hubs meet through this one, and nothing runs in circles.
  const RemotePeer* far = remote_.Find(*target);
  if (far == nullptr) return drop(Reason::kSignalUnknownTarget);
  if (far->network != sender->network) return drop(Reason::kSignalOtherNamespace);
  if (counts != nullptr) ++counts->relayed;
  SendTowards(turn, *far, sender->id, signal, path);
}

void Signaling::OnUndelivered(Turn& turn, const Undelivered& input) {
  record_.DropAndTell(turn, {input.type, input.from, input.target, input.network,
                             input.payload_bytes, Reason::kReceiverBacklogged});
}

std::optional<PeerId> Signaling::HubOn(PathId path) const {
  if (!trace_.any()) return std::nullopt;
  if (const MeshHub* hub = mesh_hubs_.On(path)) return hub->id;
  const Link* link = links_.Find(path);
  return link == nullptr ? std::nullopt : link->hub;
}

void Signaling::Deliver(Turn& turn, Peer& target, const PeerId& from, const inbound::Signal& signal,
                        const std::optional<PeerId>& from_hub) {
  record_.Pass(turn, signal, from, target.id, *target.network, /*to_link=*/false);
  if (trace_.any()) {
    trace_.Delivered(turn, from, target.id, target.network->name, signal, from_hub);
  }
  Hand(turn, target, from, signal, target.connection.shard());
}

void Signaling::Hand(Turn& turn, Peer& target, const PeerId& from, const inbound::Signal& signal,
                     unsigned lane) {
  target.signals_received.Add();
  turn.counters.signals_delivered[static_cast<size_t>(signal.type)].Add(lane);
  turn.Send(target.connection,
            outbound::Signal{signal.type, target.network->name, from, target.id, signal.payload});
}

void Signaling::Relay(Turn& turn, Link& link, const PeerId& from, const PeerId& target,
                      Namespace& network, const inbound::Signal& signal) {
  record_.Pass(turn, signal, from, target, network, /*to_link=*/true);
  trace_.PassedOn(turn, network.name, signal.type, from, target, link.hub);
  link_sender_.SendInTurn(
      turn, link, outbound::Signal{signal.type, network.name, from, target, signal.payload});
}

void Signaling::SendTowards(Turn& turn, const RemotePeer& target, const PeerId& from,
                            const inbound::Signal& signal, std::optional<PathId> came_by) {
  if (!FitsALink(signal)) {
    return record_.DropAndTell(turn, from, signal, target.network, Reason::kSignalTooLarge);
  }
  const bool came_from_mesh = came_by.has_value() && mesh_hubs_.On(*came_by) != nullptr;
  const auto is_open = [&](const RemotePeer::Entry& entry) {
    const MeshHub* hub = mesh_hubs_.On(entry.path);
    return entry.path != came_by && (hub == nullptr || hub->CanBeReached());
  };
  const bool any_open = std::any_of(target.entries.begin(), target.entries.end(), is_open);
  for (const RemotePeer::Entry& entry : target.entries) {
    if (entry.path == came_by) continue;
    if (MeshHub* hub = mesh_hubs_.On(entry.path)) {
      // A mesh hub sends to the one that has the target, and knows best which that is.
      if (came_from_mesh) continue;
      // Lost a moment ago, and the peer has turned up at another one since.
      if (any_open && !hub->CanBeReached()) continue;
      return SayTo(turn, *hub, target, from, signal);
    }
    if (Link* link = links_.Find(entry.path); link != nullptr && link->is_reference()) {
      return Relay(turn, *link, from, target.id, *target.network, signal);
    }
  }
  record_.Drop(turn, from, signal, target.network, Reason::kSignalUnknownTarget);
}

void Signaling::SayTo(Turn& turn, MeshHub& hub, const RemotePeer& target, const PeerId& from,
                      const inbound::Signal& signal) {
  if (hub.lost.has_value() && hub.lost->no_signals) {
    return record_.DropAndTell(turn, from, signal, target.network, Reason::kHubUnreachable);
  }
  mesh::Signal said{signal.type, from, target.id, target.network->name, signal.payload};
  if (trace_.Covers(from, target.network->name)) {
    said.heard_us = MicrosOf(turn.now.steady);
  }
  if (!hub.talk.Fits(said)) {
    return record_.DropAndTell(turn, from, signal, target.network, Reason::kSignalTooLarge);
  }
  bool is_said = true;
  for (const mesh::Signal& dropped : hub.talk.SaySignal(std::move(said))) {
    if (dropped.from == from) is_said = false;
    record_.DropAndTell(turn, {dropped.type, dropped.from, dropped.target, dropped.network,
                               dropped.payload.text.size(), Reason::kLinkBacklogged});
  }
  // Counted once that hub is known to have it.
  if (is_said) record_.Pass(turn, signal, from, target.id, *target.network, /*to_link=*/true);
}

bool Signaling::FitsALink(const inbound::Signal& signal) const {
  // A name is at most twice as long in JSON.
  return signal.payload.text.size() + 2 * signal.network.size() + mesh::kEnvelope <=
         options_.limits.message;
}

void Signaling::ShowToWatchers(Turn& turn, PathId path, const PeerId& from, const PeerId& target,
                               const inbound::Signal& signal) {
  if (!show_bootstrap_signaling_) return;
  const Link* link = paths_.LinkTowards(path);
  if (link == nullptr || !link->dial_target.has_value()) return;
  RawJson payload;
  if (signal.payload.text.size() <= BootstrapSignaling::kMostPayload) {
    // A copy, as what it came in may be much larger and live as long as the event.
    payload.buffer = std::make_shared<const std::string>(signal.payload.text);
    payload.text = *payload.buffer;
  }
  turn.Emit(BootstrapSignaling{signal.type, from, target, paths_.UrlOf(*link),
                               signal.payload.text.size(), std::move(payload)});
}

}  // namespace pigeonhub
