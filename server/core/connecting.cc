// SPDX-License-Identifier: Apache-2.0
#include "server/core/hub_state.h"

namespace pigeonhub {

namespace {

// What is told of an id that may be anything.
constexpr size_t kMostOfAnId = 64;

}  // namespace

void Hub::State::Refuse(Turn& turn, ConnectionId connection, Reason reason, const Origin& who) {
  Count(turn, reason, who);
  turn.effects.push_back(Close{connection, reason});
  NoteRefusal(turn, reason, who);
}

void Hub::State::OnRefused(Turn& turn, const Refused& input) {
  const Origin who{input.peer_id, input.address, {}};
  Count(turn, input.reason, who);
  // The others were messages.
  if (RefusesPeer(input.reason)) NoteRefusal(turn, input.reason, who);
}

void Hub::State::NoteRefusal(Turn& turn, Reason reason, const Origin& who) {
  const Origin told{who.peer.substr(0, kMostOfAnId), who.address, who.network};
  if (const auto news = refusals.OnHit(turn.now.steady, reason, told)) TellRefusals(turn, *news);
}

void Hub::State::TellRefusals(Turn& turn, const BurstNews& news) {
  Emit(turn, PeerRefused{news.peer, news.address, news.reason, news.count});
}

void Hub::State::OnOpened(Turn& turn, const Opened& input) {
  const auto refuse = [&](Reason reason) {
    Refuse(turn, input.connection, reason, {input.peer_id, input.address, {}});
  };
  // A handshake may finish just after signaling stopped or a drain began.
  if (serving == Serving::kStopped) return refuse(Reason::kServerShutdown);
  if (serving == Serving::kDraining) return refuse(Reason::kDraining);

  // The reference checks in this order: id, duplicate, limit.
  const std::optional<PeerId> id = PeerId::Parse(input.peer_id);
  if (!id.has_value()) return refuse(Reason::kInvalidPeerId);
  // We dialed ourselves by a name we did not know for ours. The answer tells the other end.
  if (*id == options.hub_peer_id && options.is_hub) {
    SendTo(turn, input.connection, outbound::Connected{*id});
    SendTo(turn, input.connection, AnswerTo(*id));
    return refuse(Reason::kSelfConnected);
  }
  if (Peer* holder = peers.Find(*id)) {
    if (holder->challenger.has_value()) return refuse(Reason::kPeerAlreadyConnected);
    // The holder may be half-open: its machine slept or changed networks, and this newcomer is the
    // same client coming back. It announces at once, so nothing is read from it until we know.
    holder->challenger = input.connection;
    challengers[input.connection] = {*id, std::string(input.address), input.hub_proof,
                                     input.hub_proof_reason};
    challenge_deadlines.push_back({turn.now.steady + options.probe_timeout, input.connection});
    turn.effects.push_back(PauseReading{input.connection});
    turn.effects.push_back(Probe{holder->connection});
    return;
  }
  if (claims.contains(*id)) return refuse(Reason::kPeerAlreadyConnected);
  if (peers.size() >= options.limits.max_connections) return refuse(Reason::kMaximumConnections);
  if (ClaimElsewhere(turn, input, *id)) return;
  Bind(turn, input.connection,
       {*id, std::string(input.address), input.hub_proof, input.hub_proof_reason});
}

void Hub::State::Bind(Turn& turn, ConnectionId connection, const Challenger& newcomer) {
  const PeerId& id = newcomer.id;
  if (RefuseQuarantined(turn, id)) {
    turn.effects.push_back(Close{connection, Reason::kHubQuarantined});
    return Emit(turn, HubRefused{id, Reason::kHubQuarantined});
  }
  Peer& peer = peers.Add(id, connection);
  peer.connected_at = peer.last_activity = turn.now.unix_ms;
  peer.bound_at = turn.now.steady;
  peer.address = newcomer.address;
  peer.hub_proof = newcomer.hub_proof;
  peer.hub_proof_reason = newcomer.hub_proof_reason;
  if (const RemotePeer* known = remote.Find(id)) {
    peer.generation = mesh::GenerationAbove(known->ways.front().generation);
  }
  ExpectAnnounce(turn, connection);
  counters.connections_opened.Add();
  SendTo(turn, connection, outbound::Connected{id});
  Emit(turn, PeerConnected{id, peer.address, peers.size()});
  if (registry.FindGrant(id) != nullptr) Register(turn, peer);
}

void Hub::State::ExpectAnnounce(const Turn& turn, ConnectionId connection) {
  announce_deadlines.push_back({turn.now.steady + options.announce_timeout, connection});
}

void Hub::State::OnAlive(Turn& turn, const Alive& input) {
  if (Peer* holder = peers.Find(input.connection)) NoteSignOfLife(turn, *holder);
}

void Hub::State::NoteSignOfLife(Turn& turn, Peer& peer) {
  if (peer.challenger.has_value()) DismissChallenger(turn, peer);
  if (peer.proof != nullptr) NoteAlive(turn, peer);
}

void Hub::State::DismissChallenger(Turn& turn, Peer& holder) {
  const ConnectionId challenger = *holder.challenger;
  holder.challenger.reset();
  const Challenger newcomer = std::move(challengers.at(challenger));
  challengers.erase(challenger);
  Refuse(turn, challenger, Reason::kPeerAlreadyConnected, newcomer.origin());
}

void Hub::State::OnClosed(Turn& turn, const Closed& input) {
  if (auto waiting = challengers.find(input.connection); waiting != challengers.end()) {
    if (claims.erase(waiting->second.id) == 0) {
      peers.Find(waiting->second.id)->challenger.reset();
    }
    challengers.erase(waiting);
    return;
  }
  Peer* peer = peers.Find(input.connection);
  const Link* link = peer != nullptr ? LinkOf(*peer) : FindUplinkLink(input.connection);
  if (link != nullptr && input.reason == Reason::kPeerClosed &&
      input.code == CloseFrameFor(Reason::kMessageTooBig).code) {
    OnTooLargeForLink(turn, *link);
  }
  if (Uplink* uplink = uplinks.Find(input.connection)) return OnUplinkClosed(turn, *uplink, input);
  // Unknown: it was refused, or told to go, and has been accounted for then.
  if (peer == nullptr) return;
  Depart(turn, *peer, {input.reason, input.code, input.text});
}

void Hub::State::Depart(Turn& turn, Peer& peer, const Departure& departure) {
  const PeerId id = peer.id;
  const uint64_t generation = peer.generation;
  const std::unique_ptr<Peer::Proof> proof = std::move(peer.proof);
  const std::optional<ConnectionId> challenger = peer.challenger;
  PeerDisconnected event = DescribeDeparture(turn, peer, departure.reason, departure.code);
  if (Link* link = LinkOf(peer)) {
    link->end = EndOf(departure.reason, departure.code, departure.text);
  }

  std::string text(departure.text);
  if (text.empty()) {
    const bool unexplained =
        departure.reason == Reason::kPeerClosed || departure.reason == Reason::kTransportLost;
    text = unexplained ? "disconnected" : std::string(ReasonName(departure.reason));
  }
  if (peer.network != nullptr) LeaveNamespace(turn, peer, text, departure.goodbye);
  if (peer.is_hub) Unregister(turn, peer);
  peers.Remove(peer);
  event.total_connections = peers.size();
  const Origin who{event.peer.text(), event.address,
                   event.network == nullptr ? std::string_view() : *event.network};
  Count(turn, departure.reason, who);
  Emit(turn, event);
  NoteDeparture(turn, departure.reason, who);
  if (!cleanup_due.has_value()) cleanup_due = turn.now.steady + options.cleanup_interval;

  if (challenger.has_value()) {
    const Challenger newcomer = std::move(challengers.at(*challenger));
    challengers.erase(*challenger);
    if (serving == Serving::kDraining) {
      Refuse(turn, *challenger, Reason::kDraining, newcomer.origin());
    } else {
      Bind(turn, *challenger, newcomer);
      turn.effects.push_back(ResumeReading{*challenger});
    }
  }
  if (proof != nullptr) SettleProof(turn, id, generation, *proof);
  YieldToThoseDropped(id);
}

PeerDisconnected Hub::State::DescribeDeparture(const Turn& turn, const Peer& peer, Reason reason,
                                               uint16_t code) const {
  return {.peer = peer.id,
          .reason = reason,
          .code = code,
          .network = peer.network == nullptr ? nullptr : peer.network->name,
          .address = peer.address,
          .connected_for = turn.now.steady - peer.bound_at,
          .messages = peer.messages,
          .bytes = peer.bytes};
}

void Hub::State::NoteDeparture(Turn& turn, Reason reason, const Origin& who) {
  if (auto news = departures.OnLeft(turn.now.steady, reason, who, peers.size() + 1)) {
    Emit(turn, std::move(*news));
  }
}

void Hub::State::CloseAndDepart(Turn& turn, Peer& peer, Reason reason) {
  turn.effects.push_back(Close{peer.connection, reason});
  Depart(turn, peer, {reason, CloseFrameFor(reason).code, {}});
}

void Hub::State::ExpireChallenges(Turn& turn) {
  while (!challenge_deadlines.empty()) {
    const Deadline deadline = challenge_deadlines.front();
    auto waiting = challengers.find(deadline.connection);
    if (waiting != challengers.end()) {
      if (deadline.at > turn.now.steady) return;
      const PeerId id = waiting->second.id;
      if (claims.contains(id)) {
        TakeOver(turn, id);
      } else {
        CloseAndDepart(turn, *peers.Find(id), Reason::kReplaced);
      }
    }
    challenge_deadlines.pop_front();
  }
}

void Hub::State::ExpireAnnounceDeadlines(Turn& turn) {
  while (!announce_deadlines.empty()) {
    const Deadline deadline = announce_deadlines.front();
    Peer* peer = peers.Find(deadline.connection);
    // Hubs need not announce: a granted one may only listen.
    if (peer != nullptr && peer->network == nullptr && !peer->is_hub) {
      if (deadline.at > turn.now.steady) return;
      CloseAndDepart(turn, *peer, Reason::kAnnounceTimeout);
    }
    announce_deadlines.pop_front();
  }
}

std::optional<SteadyTime> Hub::State::NextConnectingDeadline() const {
  std::optional<SteadyTime> next;
  if (!announce_deadlines.empty()) next = announce_deadlines.front().at;
  if (!challenge_deadlines.empty() && (!next || challenge_deadlines.front().at < *next)) {
    next = challenge_deadlines.front().at;
  }
  if (!proof_deadlines.empty() && (!next || proof_deadlines.front().at < *next)) {
    next = proof_deadlines.front().at;
  }
  if (!plain_claim_deadlines.empty() && (!next || plain_claim_deadlines.front().at < *next)) {
    next = plain_claim_deadlines.front().at;
  }
  return next;
}

}  // namespace pigeonhub
