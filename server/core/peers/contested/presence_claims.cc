// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/contested/presence_claims.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/core/mesh_message.h"

namespace pigeonhub {
namespace {

// About as long as a connection's own pings take to find that it is silent, so that even endless
// claims ask it hardly more often than it is asked anyway.
constexpr Duration kRest = std::chrono::seconds(30);

}  // namespace

void PresenceClaims::FromReference(Turn& turn, Peer& peer, const RemoteJoin& input) {
  // Hubs make themselves known, each by its own announce.
  if (peer.is_hub) return Refuse(input.path);
  Peer::Contender claim = {input.path, std::string(input.network), input.profile, 0};
  if (peer.liveness_check != nullptr && peer.liveness_check->HasContender(input.path)) {
    peer.liveness_check->Contend(std::move(claim));  // the same claim, with newer words
  } else if (peer.presence_claims == nullptr) {
    Ask(turn, peer, std::move(claim));
  } else {
    if (peer.presence_claims->waiting.has_value()) {
      Refuse(peer.presence_claims->waiting->path);
    }
    peer.presence_claims->waiting = std::move(claim);
  }
}

void PresenceClaims::FromMesh(Turn& turn, Peer& peer, const RemoteJoin& input) {
  Peer::Contender claim = {input.path, std::string(input.network), input.profile, input.generation,
                           input.alive};
  if (peer.liveness_check != nullptr && !peer.liveness_check->contenders.empty()) {
    return peer.liveness_check->Contend(std::move(claim));
  }
  if (peer.presence_claims == nullptr) return Ask(turn, peer, std::move(claim));
  // Ours was asked in this rest, too: both live, and both stay.
  if (claim.alive) return;
  std::vector<PathId>& waiting = peer.presence_claims->waiting_hubs;
  if (std::find(waiting.begin(), waiting.end(), claim.path) == waiting.end()) {
    waiting.push_back(claim.path);
  }
}

void PresenceClaims::Refuse(PathId path) {
  if (LinkCounts* counts = paths_.CountsOf(path)) ++counts->refused;
}

void PresenceClaims::Ask(Turn& turn, Peer& peer, Peer::Contender claim) {
  if (peer.presence_claims == nullptr) {
    peer.presence_claims = std::make_unique<Peer::PresenceClaims>();
  }
  rests_.Add(turn.now.steady + kRest, peer.connection);
  liveness_.Start(turn, peer).Contend(std::move(claim));
}

void PresenceClaims::Answer(Turn& turn, Peer& peer, const Link& link) {
  Refuse(link.path);
  if (!peer.published || peer.presence_claims == nullptr) return;
  if (std::exchange(peer.presence_claims->answered, link.path) == link.path) return;
  audience_.AnnounceToLinkAgain(turn, peer, link);
}

void PresenceClaims::Withdraw(Peer& peer, PathId path) {
  if (peer.presence_claims == nullptr) return;
  Peer::PresenceClaims& claims = *peer.presence_claims;
  if (claims.waiting.has_value() && claims.waiting->path == path) claims.waiting.reset();
  std::erase(claims.waiting_hubs, path);
}

void PresenceClaims::EndRests(Turn& turn) {
  while (!rests_.empty() && rests_.first().at <= turn.now.steady) {
    Peer* peer = peers_.Find(rests_.first().connection);
    rests_.PopFirst();
    if (peer == nullptr || peer->presence_claims == nullptr) continue;
    const std::vector<PathId> hubs = std::exchange(peer->presence_claims->waiting_hubs, {});
    for (const PathId path : hubs) {
      if (MeshHub* hub = mesh_hubs_.On(path)) hub->talk.Say(mesh::Yields{peer->id, 0});
    }
    auto claim = std::exchange(peer->presence_claims->waiting, std::nullopt);
    if (claim.has_value() && remote_.HasPath(claim->path) && !peer->is_hub) {
      Ask(turn, *peer, *std::move(claim));
    } else {
      peer->presence_claims.reset();
    }
  }
}

}  // namespace pigeonhub
