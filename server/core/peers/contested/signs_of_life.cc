// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/contested/signs_of_life.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "server/core/mesh_message.h"
#include "server/core/peers/namespaces.h"

namespace pigeonhub {

void SignsOfLife::Note(Turn& turn, Peer& peer) {
  if (peer.challenger != nullptr) newcomers_.Dismiss(turn, peer);
  if (peer.liveness_check != nullptr) AnswerHubs(turn, peer);
}

void SignsOfLife::AnswerHubs(Turn& turn, Peer& peer) {
  const std::unique_ptr<Peer::LivenessCheck> check = std::move(peer.liveness_check);
  peer.answered_at = turn.now.steady;
  for (const PeerId& id : check->claiming_hubs) {
    if (MeshHub* hub = mesh_hubs_.Find(id)) hub->talk.SayNow(mesh::Holds{peer.id});
  }
  uint64_t highest = 0;
  std::vector<MeshHub*> losers;
  for (const Peer::Contender& one : check->contenders) {
    if (const Link* reference = links_.Find(one.path)) {
      presence_claims_.Answer(turn, peer, *reference);
    } else if (!one.alive) {  // else both live, and to announce ours again would go on for ever
      highest = std::max(highest, one.generation);
      losers.push_back(mesh_hubs_.On(one.path));
    }
  }
  if (losers.empty()) return;
  peer.generation = mesh::GenerationAbove(std::max(peer.generation, highest));
  if (peer.network == nullptr) return;
  audience_.AnnounceToMesh(peer.id, /*alive=*/true);
  for (MeshHub* loser : losers) {
    if (loser == nullptr || interest_.IsWantedBy(*loser, *peer.network->name)) continue;
    // It has the peer elsewhere, and would not hear of it.
    if (auto join = interest_.JoinOf(peer.id)) {
      join->alive = true;
      loser->talk.Say(*std::move(join));
    }
  }
}

}  // namespace pigeonhub
