// SPDX-License-Identifier: Apache-2.0
//
// One id, two hubs: whose is the peer? Each connection of a peer has a generation; of two hubs that
// have the same peer the one with the higher (generation, hub id) owns it. Clocks never decide.
//
// A newcomer that is known at another hub waits here while that hub asks its own connection
// (Claim): it holds the peer, or yields it; silence for 3 s hands it to us. Where two hubs did not
// know of each other, the one with the lower pair asks its connection once they do: alive, it is
// told again with a higher generation and the other one closes; silent, it is given up.
#include <algorithm>
#include <utility>

#include "server/core/hub_state.h"

namespace pigeonhub {

bool Hub::State::ClaimElsewhere(Turn& turn, const Opened& input, const PeerId& id) {
  const RemotePeer* far = remote.Find(id);
  if (far == nullptr || IsHubMesh(*far->network)) return false;
  MeshHub* owner = FindMeshHub(far->ways.front().path);
  if (owner == nullptr || !CanReach(*owner)) return false;
  claims[id] = {input.connection, owner->id};
  challengers[input.connection] = {id, std::string(input.address), input.hub_proof,
                                   input.hub_proof_reason};
  challenge_deadlines.push_back({turn.now.steady + options.probe_timeout, input.connection});
  turn.effects.push_back(PauseReading{input.connection});
  owner->talk.SayNow(mesh::Claim{id});
  return true;
}

void Hub::State::TakeOver(Turn& turn, const PeerId& id) {
  const ConnectionId connection = claims.at(id).challenger;
  claims.erase(id);
  const Challenger challenger = std::move(challengers.at(connection));
  challengers.erase(connection);
  if (serving == Serving::kDraining)
    return Refuse(turn, connection, Reason::kDraining, challenger.origin());
  if (peers.size() >= options.limits.max_connections) {
    return Refuse(turn, connection, Reason::kMaximumConnections, challenger.origin());
  }
  Bind(turn, connection, challenger);
  turn.effects.push_back(ResumeReading{connection});
}

bool Hub::State::WasAsked(const MeshHub& hub, const PeerId& peer) const {
  auto claim = claims.find(peer);
  return claim != claims.end() && claim->second.holder == hub.id;
}

void Hub::State::OnHolds(Turn& turn, const MeshHub& hub, const PeerId& peer) {
  if (!WasAsked(hub, peer)) return;
  const ConnectionId connection = claims.at(peer).challenger;
  claims.erase(peer);
  const Challenger challenger = std::move(challengers.at(connection));
  challengers.erase(connection);
  Refuse(turn, connection, Reason::kPeerAlreadyConnected, challenger.origin());
}

void Hub::State::OnYields(Turn& turn, const MeshHub& hub, const mesh::Yields& yields) {
  if (!WasAsked(hub, yields.peer)) {
    // It dropped our word of the peer, for one that is over now.
    if (peers.Find(yields.peer) != nullptr) TellMeshOf(yields.peer);
    return;
  }
  TakeOver(turn, yields.peer);
  Peer* peer = peers.Find(yields.peer);
  if (peer == nullptr) return;
  peer->generation = std::max(peer->generation, mesh::GenerationAbove(yields.generation));
}

void Hub::State::OnClaim(Turn& turn, MeshHub& hub, const PeerId& id) {
  Peer* peer = peers.Find(id);
  if (peer == nullptr) return hub.talk.SayNow(mesh::Yields{id, 0});
  AskForLife(turn, *peer).claiming_hubs.push_back(hub.id);
}

Peer::Proof& Hub::State::AskForLife(Turn& turn, Peer& peer) {
  if (peer.proof == nullptr) {
    peer.proof = std::make_unique<Peer::Proof>();
    peer.proof->until = turn.now.steady + options.probe_timeout;
    proof_deadlines.push_back({peer.proof->until, peer.connection});
    turn.effects.push_back(Probe{peer.connection});
  }
  return *peer.proof;
}

void Hub::State::OnContested(Turn& turn, Peer& peer, const RemoteJoin& input) {
  // A plain hub may be linked to several of us, and each tells of it.
  if (input.network == mesh_namespace || (peer.network != nullptr && IsHubMesh(*peer.network))) {
    return;
  }
  Count(turn, Reason::kRemoteClaimsLocal);
  const MeshHub* hub = FindMeshHub(input.path);
  if (hub == nullptr) return OnPlainClaim(turn, peer, input);
  const bool same = peer.network != nullptr && peer.network->key.name == input.network;
  const bool ours =
      std::pair(input.generation, hub->id) < std::pair(peer.generation, options.hub_peer_id);
  // It hears of ours, and sees that it has lost.
  if (same && ours) return;
  NoteWordDropped(peer.id, *hub);
  if (input.alive && !ours) {
    CloseAndDepart(turn, peer, Reason::kReplaced);
    if (WeWant(std::string(input.network))) OnRemoteJoin(turn, input);
    return;
  }
  AskForLife(turn, peer)
      .Contend({input.path, std::string(input.network), input.profile, input.generation});
}

void Hub::State::NoteAlive(Turn& turn, Peer& peer) {
  const std::unique_ptr<Peer::Proof> proof = std::move(peer.proof);
  for (const PeerId& id : proof->claiming_hubs) {
    if (auto hub = mesh_hubs.find(id); hub != mesh_hubs.end()) {
      hub->second->talk.SayNow(mesh::Holds{peer.id});
    }
  }
  uint64_t highest = 0;
  std::vector<MeshHub*> losers;
  for (const Peer::Contender& one : proof->contenders) {
    if (const Link* plain = FindLink(one.path)) {
      AnswerPlainClaim(turn, peer, *plain);
    } else {
      highest = std::max(highest, one.generation);
      losers.push_back(FindMeshHub(one.path));
    }
  }
  if (losers.empty()) return;
  peer.generation = mesh::GenerationAbove(std::max(peer.generation, highest));
  if (peer.network == nullptr) return;
  TellMeshOf(peer.id, /*alive=*/true);
  for (MeshHub* loser : losers) {
    if (loser == nullptr || Wants(*loser, peer.network->key.name)) continue;
    // It has the peer elsewhere, and would not hear of it.
    if (auto join = JoinOf(peer.id)) {
      join->alive = true;
      loser->talk.Say(*std::move(join));
    }
  }
}

void Hub::State::SettleProof(Turn& turn, const PeerId& id, uint64_t generation,
                             const Peer::Proof& proof) {
  for (const PeerId& claiming : proof.claiming_hubs) {
    if (auto hub = mesh_hubs.find(claiming); hub != mesh_hubs.end()) {
      hub->second->talk.SayNow(mesh::Yields{id, generation});
    }
  }
  for (const Peer::Contender& theirs : proof.contenders) {
    // Nobody would tell us when it leaves; plain hubs tell of everybody.
    if (FindLink(theirs.path) == nullptr && !WeWant(theirs.network)) continue;
    OnRemoteJoin(turn, {theirs.path, id, theirs.network, theirs.profile, theirs.generation});
  }
}

void Hub::State::ExpireProofs(Turn& turn) {
  while (!proof_deadlines.empty() && proof_deadlines.front().at <= turn.now.steady) {
    Peer* peer = peers.Find(proof_deadlines.front().connection);
    const SteadyTime at = proof_deadlines.front().at;
    proof_deadlines.pop_front();
    // One that was asked again since has a later deadline of its own.
    if (peer == nullptr || peer->proof == nullptr || peer->proof->until > at) continue;
    CloseAndDepart(turn, *peer, Reason::kReplaced);
  }
}

void Hub::State::ForgetContenders(const MeshHub& hub, const std::string& network) {
  for (const Deadline& deadline : proof_deadlines) {
    Peer* peer = peers.Find(deadline.connection);
    if (peer == nullptr || peer->proof == nullptr) continue;
    std::erase_if(peer->proof->contenders, [&](const Peer::Contender& theirs) {
      return theirs.path == hub.path && (network.empty() || theirs.network == network);
    });
  }
}

void Hub::State::NoteWordDropped(const PeerId& peer, const MeshHub& hub) {
  std::vector<PeerId>& hubs = dropped_words[peer];
  if (std::find(hubs.begin(), hubs.end(), hub.id) == hubs.end()) hubs.push_back(hub.id);
}

void Hub::State::YieldToThoseDropped(const PeerId& peer) {
  auto dropped = dropped_words.extract(peer);
  if (dropped.empty()) return;
  for (const PeerId& id : dropped.mapped()) {
    if (auto hub = mesh_hubs.find(id); hub != mesh_hubs.end()) {
      hub->second->talk.Say(mesh::Yields{peer, 0});
    }
  }
}

}  // namespace pigeonhub
