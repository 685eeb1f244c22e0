// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/contested/liveness_checks.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "server/core/mesh_message.h"

namespace pigeonhub {

Peer::LivenessCheck& LivenessChecks::Start(Turn& turn, Peer& peer) {
  if (peer.liveness_check == nullptr) {
    peer.liveness_check = std::make_unique<Peer::LivenessCheck>();
    peer.liveness_check->until = turn.now.steady + options_.probe_timeout;
    deadlines_.Add(peer.liveness_check->until, peer.connection);
    turn.effects.push_back(Probe{peer.connection});
  }
  return *peer.liveness_check;
}

void LivenessChecks::OnClaim(Turn& turn, MeshHub& hub, const PeerId& id) {
  Peer* peer = peers_.Find(id);
  if (peer == nullptr) {
    hub.talk.SayNow(mesh::Yields{id, 0});
    return;
  }
  // Whoever asks again and again learns that it lived a moment ago: no longer than silence takes.
  if (peer->liveness_check == nullptr &&
      turn.now.steady < peer->answered_at + options_.probe_timeout) {
    hub.talk.SayNow(mesh::Holds{id});
    return;
  }
  std::vector<PeerId>& claiming = Start(turn, *peer).claiming_hubs;
  if (std::find(claiming.begin(), claiming.end(), hub.id) == claiming.end()) {
    claiming.push_back(hub.id);
  }
}

void LivenessChecks::ForgetContenders(const MeshHub& hub, const std::string& network) {
  for (const Deadlines::Entry& deadline : deadlines_.entries()) {
    Peer* peer = peers_.Find(deadline.connection);
    if (peer == nullptr || peer->liveness_check == nullptr) continue;
    std::erase_if(peer->liveness_check->contenders, [&](const Peer::Contender& theirs) {
      return theirs.path == hub.path && (network.empty() || theirs.network == network);
    });
  }
}

void LivenessChecks::ForgetContender(const MeshHub& hub, const PeerId& id) {
  Peer* peer = peers_.Find(id);
  if (peer == nullptr || peer->liveness_check == nullptr) return;
  std::erase_if(peer->liveness_check->contenders,
                [&](const Peer::Contender& theirs) { return theirs.path == hub.path; });
}

Peer* LivenessChecks::TakeExpired(SteadyTime now) {
  while (!deadlines_.empty() && deadlines_.first().at <= now) {
    const Deadlines::Entry deadline = deadlines_.first();
    deadlines_.PopFirst();
    Peer* peer = peers_.Find(deadline.connection);
    // If the connection was asked again meanwhile, it has a later deadline of its own.
    if (peer != nullptr && peer->liveness_check != nullptr &&
        peer->liveness_check->until <= deadline.at)
      return peer;
  }
  return nullptr;
}

}  // namespace pigeonhub
