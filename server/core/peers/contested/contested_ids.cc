// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/contested/contested_ids.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "server/core/mesh_message.h"
#include "server/core/peers/namespaces.h"

namespace pigeonhub {

void ContestedIds::End(Turn& turn, Peer& peer, const Departure& departure) {
  const PeerId id = peer.id;
  const uint64_t generation = peer.generation;
  const std::unique_ptr<Peer::LivenessCheck> check = std::move(peer.liveness_check);
  const std::unique_ptr<const ConnectionId> newcomer = std::move(peer.challenger);
  connections_.Remove(turn, peer, departure);
  if (newcomer != nullptr) newcomers_.Admit(turn, *newcomer);
  if (check != nullptr) FinishCheck(turn, id, generation, *check);
  dropped_.AskAgain(id);
}

void ContestedIds::Close(Turn& turn, Peer& peer, Reason reason) {
  turn.Close(peer.connection, reason);
  End(turn, peer, {reason, CloseFrameFor(reason).code, {}});
}

void ContestedIds::Join(Turn& turn, const RemoteJoin& input) {
  if (!remote_presence_.Accepts(turn, input)) return;
  if (Peer* local = peers_.Find(input.peer)) return Contest(turn, *local, input);
  remote_presence_.Join(turn, input);
}

void ContestedIds::Leave(Turn& turn, const RemoteLeave& input) {
  if (Peer* local = peers_.Find(input.peer)) {
    if (local->liveness_check != nullptr) local->liveness_check->Withdraw(input.path);
    presence_claims_.Withdraw(*local, input.path);
    // It gives up a peer that is ours now. While it had that peer it may have dropped our word.
    if (MeshHub* hub = mesh_hubs_.On(input.path)) audience_.AnnounceToHubAgain(local->id, *hub);
  }
  remote_presence_.Leave(turn, input);
}

void ContestedIds::Contest(Turn& turn, Peer& peer, const RemoteJoin& input) {
  // A reference hub may be linked to several mesh hubs, and each announces it.
  if (input.network == self_.mesh_namespace() ||
      (peer.network != nullptr && self_.IsHubMesh(*peer.network))) {
    return;
  }
  turn.Count(Reason::kRemoteClaimsLocal);
  const MeshHub* hub = mesh_hubs_.On(input.path);
  if (hub == nullptr) return presence_claims_.FromReference(turn, peer, input);
  const bool same = peer.network != nullptr && *peer.network->name == input.network;
  const bool ours = std::pair(input.generation, hub->id) < std::pair(peer.generation, self_.id());
  // It hears of ours, and sees that it has lost.
  if (same && ours) return;
  dropped_.Note(peer.id, *hub);
  presence_claims_.FromMesh(turn, peer, input);
}

void ContestedIds::FinishCheck(Turn& turn, const PeerId& id, uint64_t generation,
                               const Peer::LivenessCheck& check) {
  for (const PeerId& claiming : check.claiming_hubs) {
    if (MeshHub* hub = mesh_hubs_.Find(claiming)) {
      hub->talk.SayNow(mesh::Yields{id, generation});
    }
  }
  for (const Peer::Contender& theirs : check.contenders) {
    // Nobody would tell us when it leaves; reference hubs announce everybody.
    if (links_.Find(theirs.path) == nullptr && !interest_.IsWantedHere(theirs.network)) continue;
    Join(turn, {theirs.path, id, theirs.network, theirs.profile, theirs.generation});
  }
}

void ContestedIds::ExpireNewcomers(Turn& turn) {
  while (const std::optional<PeerId> id = newcomers_.TakeExpired(turn.now.steady)) {
    if (newcomers_.IsClaimed(*id)) {
      newcomers_.TakeOver(turn, *id);
    } else {
      Close(turn, *peers_.Find(*id), Reason::kReplaced);
    }
  }
}

void ContestedIds::ExpireChecks(Turn& turn) {
  while (Peer* peer = liveness_.TakeExpired(turn.now.steady)) Close(turn, *peer, Reason::kReplaced);
}

void ContestedIds::Forget() {
  liveness_.Clear();
  presence_claims_.Clear();
  dropped_.Clear();
}

}  // namespace pigeonhub
