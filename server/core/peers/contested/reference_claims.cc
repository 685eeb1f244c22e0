// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/contested/reference_claims.h"

#include <chrono>
#include <string>
#include <utility>

namespace pigeonhub {
namespace {

// About as long as a connection's own pings take to find that it is silent, so that even endless
// claims ask it hardly more often than it is asked anyway.
constexpr Duration kRest = std::chrono::seconds(30);

}  // namespace

void ReferenceClaims::Claim(Turn& turn, Peer& peer, const RemoteJoin& input) {
  // Hubs make themselves known, each by its own announce.
  if (peer.is_hub) return Refuse(input.path);
  Peer::Contender claim = {input.path, std::string(input.network), input.profile, 0};
  if (peer.liveness_check != nullptr && peer.liveness_check->HasContender(input.path)) {
    peer.liveness_check->Contend(std::move(claim));  // the same claim, with newer words
  } else if (peer.reference_claims == nullptr) {
    peer.reference_claims = std::make_unique<Peer::ReferenceClaims>();
    Ask(turn, peer, std::move(claim));
  } else {
    if (peer.reference_claims->waiting.has_value()) {
      Refuse(peer.reference_claims->waiting->path);
    }
    peer.reference_claims->waiting = std::move(claim);
  }
}

void ReferenceClaims::Refuse(PathId path) {
  if (LinkCounts* counts = paths_.CountsOf(path)) ++counts->refused;
}

void ReferenceClaims::Ask(Turn& turn, Peer& peer, Peer::Contender claim) {
  rests_.Add(turn.now.steady + kRest, peer.connection);
  Peer::LivenessCheck& check = liveness_.Start(turn, peer);
  // What a mesh hub says counts for more.
  if (!check.contenders.empty()) return Refuse(claim.path);
  check.Contend(std::move(claim));
}

void ReferenceClaims::Answer(Turn& turn, Peer& peer, const Link& link) {
  Refuse(link.path);
  if (!peer.published || peer.reference_claims == nullptr) return;
  if (std::exchange(peer.reference_claims->answered, link.path) == link.path) return;
  audience_.AnnounceToLinkAgain(turn, peer, link);
}

void ReferenceClaims::Withdraw(Peer& peer, PathId path) {
  if (peer.reference_claims == nullptr || !peer.reference_claims->waiting.has_value()) return;
  if (peer.reference_claims->waiting->path == path) peer.reference_claims->waiting.reset();
}

void ReferenceClaims::EndRests(Turn& turn) {
  while (!rests_.empty() && rests_.first().at <= turn.now.steady) {
    Peer* peer = peers_.Find(rests_.first().connection);
    rests_.PopFirst();
    if (peer == nullptr || peer->reference_claims == nullptr) continue;
    auto claim = std::exchange(peer->reference_claims->waiting, std::nullopt);
    if (claim.has_value() && remote_.HasPath(claim->path) && !peer->is_hub) {
      Ask(turn, *peer, *std::move(claim));
    } else {
      peer->reference_claims.reset();
    }
  }
}

}  // namespace pigeonhub
