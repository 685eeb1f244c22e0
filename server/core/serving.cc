// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/hub_state.h"

namespace pigeonhub {

absl::Status Hub::State::OnStartSignaling(Turn& turn, const StartSignaling& command) {
  if (serving != Serving::kStopped) {
    return absl::FailedPreconditionError("signaling is already running");
  }
  serving = Serving::kServing;
  Emit(turn, Started{command.host, command.port});
  OpenUplinks(turn, command);
  return absl::OkStatus();
}

absl::Status Hub::State::OnStopSignaling(Turn& turn) {
  if (serving == Serving::kStopped)
    return absl::FailedPreconditionError("signaling is not running");
  serving = Serving::kStopped;
  draining.reset();
  // Everybody goes, so nobody needs to be told who left: n closes instead of n * n messages.
  while (!peers.in_order().empty()) {
    Peer* peer = peers.in_order().begin()->second;
    turn.effects.push_back(Close{peer->connection, Reason::kServerShutdown});
    Count(turn, Reason::kServerShutdown);
    if (peer->is_hub) {
      registry.Unregister(peer->id);
      Emit(turn, HubUnregistered{peer->id, registry.records().size()});
    }
    if (peer->link.has_value()) {
      const size_t withdrawn = remote.HasPath(*peer->link) ? remote.CountOn(*peer->link) : 0;
      Link& link = *LinkOf(*peer);
      link.end = EndOf(Reason::kServerShutdown, CloseFrameFor(Reason::kServerShutdown).code);
      Emit(turn, DescribeEnd(turn, link, withdrawn));
    }
    PeerDisconnected event = DescribeDeparture(turn, *peer, Reason::kServerShutdown,
                                               CloseFrameFor(Reason::kServerShutdown).code);
    if (peer->network != nullptr) {
      peer->network->local.Remove(*peer);
      if (peer->network->local.empty()) Emit(turn, NamespaceRemoved{event.network});
    }
    peers.Remove(*peer);
    event.total_connections = peers.size();
    Emit(turn, event);
    NoteDeparture(turn, Reason::kServerShutdown,
                  {event.peer.text(), event.address,
                   event.network == nullptr ? std::string_view() : *event.network});
  }
  for (const Deadline& deadline : challenge_deadlines) {
    const auto waiting = challengers.find(deadline.connection);
    if (waiting == challengers.end()) continue;
    Refuse(turn, deadline.connection, Reason::kServerShutdown, waiting->second.origin());
  }
  challengers.clear();
  claims.clear();
  dropped_words.clear();
  proof_deadlines.clear();
  plain_claim_deadlines.clear();
  challenge_deadlines.clear();
  announce_deadlines.clear();
  links.clear();
  ForgetMesh();
  remote = {};
  namespaces = {};
  CloseUplinks(turn);
  cleanup_due.reset();
  EndBursts(turn, SteadyTime::max());
  Emit(turn, Stopped{});
  return absl::OkStatus();
}

absl::Status Hub::State::OnDrain(Turn& turn, const pigeonhub::Drain& command) {
  if (serving == Serving::kStopped)
    return absl::FailedPreconditionError("signaling is not running");
  const bool already = serving == Serving::kDraining;
  serving = Serving::kDraining;
  Draining next;
  next.started = turn.now.steady;
  next.over = command.over;
  // Links last, as long as others need them.
  for (bool is_link : {false, true}) {
    for (const auto& [order, peer] : peers.in_order()) {
      if (peer->link.has_value() == is_link) next.order.push_back(peer->connection);
    }
  }
  draining = std::move(next);
  if (!already) Emit(turn, DrainStarted{command.over, peers.size()});
  ContinueDrain(turn);
  return absl::OkStatus();
}

SteadyTime Hub::State::Draining::NextDue() const {
  // Divided first: a long time times many connections is more than 64 bits hold.
  return started + over / static_cast<int64_t>(order.size()) * static_cast<int64_t>(next + 1);
}

void Hub::State::ContinueDrain(Turn& turn) {
  if (!draining.has_value()) return;
  Draining& drain = *draining;
  while (drain.next < drain.order.size()) {
    if (drain.NextDue() > turn.now.steady) return;
    Peer* peer = peers.Find(drain.order[drain.next++]);
    if (peer != nullptr) CloseAndDepart(turn, *peer, Reason::kDraining);
  }
}

void Hub::State::FinishDrainIfEmpty(Turn& turn) {
  if (!draining.has_value() || draining->finished || peers.size() > 0) return;
  draining->finished = true;
  Emit(turn, DrainFinished{});
}

std::optional<SteadyTime> Hub::State::NextDrainDeadline() const {
  if (!draining.has_value() || draining->finished || draining->next >= draining->order.size()) {
    return std::nullopt;
  }
  return draining->NextDue();
}

absl::Status Hub::State::OnUndrain(Turn& turn) {
  if (serving != Serving::kDraining) return absl::FailedPreconditionError("no drain is under way");
  serving = Serving::kServing;
  draining.reset();
  Emit(turn, DrainCancelled{});
  return absl::OkStatus();
}

absl::Status Hub::State::OnDisconnectPeer(Turn& turn, const DisconnectPeer& command) {
  Peer* peer = peers.Find(command.peer);
  if (peer == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("no peer ", absl::string_view(command.peer.text().data(), PeerId::kLength),
                     " is connected to this hub"));
  }
  CloseAndDepart(turn, *peer, Reason::kOperator);
  return absl::OkStatus();
}

void Hub::State::OnTick(Turn& turn) {
  ExpireChallenges(turn);
  ExpireAnnounceDeadlines(turn);
  ContinueDrain(turn);
  ExpireProofs(turn);
  EndRestsOfPlainClaims(turn);
  DialDueUplinks(turn);
  OnMeshTick(turn);
  if (auto news = departures.OnTime(turn.now.steady)) Emit(turn, std::move(*news));
  EndBursts(turn, turn.now.steady);
  CleanUpWhenDue(turn);
}

void Hub::State::CleanUpWhenDue(Turn& turn) {
  if (!cleanup_due.has_value() || *cleanup_due > turn.now.steady) return;
  cleanup_due.reset();
  peers.Compact();
  remote.Compact();
  registration_rate.Compact(turn.now.steady);
}

void Hub::State::OnReport(Turn& turn, const Report& report) {
  std::visit([&](const auto& event) { Emit(turn, event); }, report.event);
}

}  // namespace pigeonhub
