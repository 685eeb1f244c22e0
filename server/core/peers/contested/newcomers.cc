// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/contested/newcomers.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace pigeonhub {
namespace {

// Whether both were given their tokens as the same user, or neither has one.
bool SameUser(const SharedClaims& a, const SharedClaims& b) {
  if (a == nullptr || b == nullptr) return a == b;
  // Tokens that name nobody may be those of two.
  return !a->subject.empty() && a->issuer == b->issuer && a->subject == b->subject;
}

}  // namespace

void Newcomers::Wait(Turn& turn, ConnectionId connection, Newcomer newcomer) {
  waiting_[connection] = std::move(newcomer);
  deadlines_.Add(turn.now.steady + options_.probe_timeout, connection);
  turn.effects.push_back(PauseReading{connection});
}

Newcomer Newcomers::Take(ConnectionId connection) {
  const auto found = waiting_.find(connection);
  Newcomer newcomer = std::move(found->second);
  waiting_.erase(found);
  return newcomer;
}

OnDuplicate Newcomers::Decide(const Newcomer& newcomer, const Peer& holder) const {
  if (holder.network == nullptr || holder.hub_credential == HubCredential::kValid) {
    return OnDuplicate::kProbe;
  }
  const OnDuplicate rule = RulesOf(policies_, *holder.network).duplicate;
  if (rule != OnDuplicate::kReplace) return rule;
  return SameUser(newcomer.claims, holder.claims) ? rule : OnDuplicate::kProbe;
}

void Newcomers::WaitForHolder(Turn& turn, ConnectionId connection, Newcomer newcomer,
                              Peer& holder) {
  holder.challenger = std::make_unique<const ConnectionId>(connection);
  Wait(turn, connection, std::move(newcomer));
  turn.effects.push_back(Probe{holder.connection});
}

bool Newcomers::WaitForHub(Turn& turn, ConnectionId connection, const Newcomer& newcomer) {
  const RemotePeer* far = remote_.Find(newcomer.id);
  if (far == nullptr || self_.IsHubMesh(*far->network)) return false;
  MeshHub* owner = mesh_hubs_.On(far->entries.front().path);
  if (owner == nullptr || !owner->CanBeReached()) return false;
  if (RulesOf(policies_, *far->network).duplicate == OnDuplicate::kReject) {
    turn.Refuse(connection, Reason::kPeerAlreadyConnected, newcomer.origin());
    return true;
  }
  claims_[newcomer.id] = {connection, owner->id};
  Wait(turn, connection, newcomer);
  owner->talk.SayNow(mesh::Claim{newcomer.id});
  return true;
}

void Newcomers::Dismiss(Turn& turn, Peer& holder) {
  const ConnectionId connection = *std::exchange(holder.challenger, nullptr);
  turn.Refuse(connection, Reason::kPeerAlreadyConnected, Take(connection).origin());
}

void Newcomers::Admit(Turn& turn, ConnectionId connection) {
  const Newcomer newcomer = Take(connection);
  if (self_.IsDrainedOf(newcomer.claims.get())) {
    return turn.Refuse(connection, Reason::kDraining, newcomer.origin());
  }
  // It may have been banned while it waited.
  if (connections_.RefusalOf(newcomer).has_value()) {
    return turn.Refuse(connection, Reason::kBanned, newcomer.origin());
  }
  connections_.Bind(turn, connection, newcomer);
  turn.effects.push_back(ResumeReading{connection});
}

void Newcomers::TakeOver(Turn& turn, const PeerId& id) {
  const ConnectionId connection = claims_.at(id).connection;
  claims_.erase(id);
  if (self_.serving() != Serving::kDraining && peers_.size() >= options_.limits.max_connections) {
    return turn.Refuse(connection, Reason::kMaximumConnections, Take(connection).origin());
  }
  Admit(turn, connection);
}

void Newcomers::RefuseClaimant(Turn& turn, const PeerId& id) {
  const auto claim = claims_.find(id);
  if (claim == claims_.end()) return;
  const ConnectionId connection = claim->second.connection;
  claims_.erase(claim);
  turn.Refuse(connection, Reason::kPeerAlreadyConnected, Take(connection).origin());
}

bool Newcomers::WasAsked(const MeshHub& hub, const PeerId& peer) const {
  const auto claim = claims_.find(peer);
  return claim != claims_.end() && claim->second.holder == hub.id;
}

void Newcomers::OnHolds(Turn& turn, const MeshHub& hub, const PeerId& peer) {
  if (WasAsked(hub, peer)) RefuseClaimant(turn, peer);
}

void Newcomers::OnYields(Turn& turn, MeshHub& hub, const mesh::Yields& yields) {
  if (!WasAsked(hub, yields.peer)) {
    // It dropped our word of the peer, for one that is over now.
    if (peers_.Find(yields.peer) != nullptr) audience_.AnnounceToHubAgain(yields.peer, hub);
    return;
  }
  TakeOver(turn, yields.peer);
  Peer* peer = peers_.Find(yields.peer);
  if (peer == nullptr) return;
  peer->generation = std::max(peer->generation, mesh::GenerationAbove(yields.generation));
}

bool Newcomers::OnClosed(ConnectionId connection) {
  const auto found = waiting_.find(connection);
  if (found == waiting_.end()) return false;
  if (claims_.erase(found->second.id) == 0) peers_.Find(found->second.id)->challenger.reset();
  waiting_.erase(found);
  return true;
}

std::optional<PeerId> Newcomers::TakeExpired(SteadyTime now) {
  while (!deadlines_.empty()) {
    const Deadlines::Entry deadline = deadlines_.first();
    const auto found = waiting_.find(deadline.connection);
    if (found != waiting_.end() && deadline.at > now) return std::nullopt;
    deadlines_.PopFirst();
    if (found != waiting_.end()) return found->second.id;
  }
  return std::nullopt;
}

void Newcomers::RefuseAll(Turn& turn, Reason reason) {
  for (const Deadlines::Entry& deadline : deadlines_.entries()) {
    const auto found = waiting_.find(deadline.connection);
    if (found != waiting_.end()) turn.Refuse(found->first, reason, found->second.origin());
  }
  waiting_.clear();
  claims_.clear();
  deadlines_.Clear();
}

}  // namespace pigeonhub
