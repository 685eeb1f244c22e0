// SPDX-License-Identifier: Apache-2.0
//
// A plain hub says that it has a peer which is connected here. It knows of no generations, so its
// word alone takes nothing: our connection is asked, and only silence gives the peer up.
//
// Plain hubs repeat themselves, and some say again what they heard from us. So a connection is
// asked on their behalf at most once in a while; a claim that comes sooner waits for the end of
// that while. The answer to it is left out if the same hub was the last one that got one: otherwise
// our word and its echo would go on for ever.
#include <utility>

#include "server/core/hub_state.h"

namespace pigeonhub {
namespace {

// About as long as a connection's own pings take to find that it is silent, so that even endless
// claims ask it hardly more often than it is asked anyway.
constexpr Duration kRest = std::chrono::seconds(30);

}  // namespace

void Hub::State::OnPlainClaim(Turn& turn, Peer& peer, const RemoteJoin& input) {
  // Hubs make themselves known, each by its own announce.
  if (peer.is_hub) return RefusePlainClaim(input.path);
  Peer::Contender claim = {input.path, std::string(input.network), input.profile, 0};
  if (peer.proof != nullptr && peer.proof->HasContender(input.path)) {
    peer.proof->Contend(std::move(claim));  // the same claim, with newer words
  } else if (peer.plain_claims == nullptr) {
    peer.plain_claims = std::make_unique<Peer::PlainClaims>();
    AskForPlainHub(turn, peer, std::move(claim));
  } else {
    if (peer.plain_claims->waiting.has_value()) {
      RefusePlainClaim(peer.plain_claims->waiting->path);
    }
    peer.plain_claims->waiting = std::move(claim);
  }
}

void Hub::State::RefusePlainClaim(PathId path) {
  if (LinkCounts* counts = CountsOf(path)) ++counts->refused;
}

void Hub::State::AskForPlainHub(Turn& turn, Peer& peer, Peer::Contender claim) {
  plain_claim_deadlines.push_back({turn.now.steady + kRest, peer.connection});
  Peer::Proof& proof = AskForLife(turn, peer);
  // What a hub of our kind says counts for more.
  if (!proof.contenders.empty()) return RefusePlainClaim(claim.path);
  proof.Contend(std::move(claim));
}

void Hub::State::AnswerPlainClaim(Turn& turn, Peer& peer, const Link& link) {
  RefusePlainClaim(link.path);
  if (!peer.published || peer.plain_claims == nullptr) return;
  if (std::exchange(peer.plain_claims->answered, link.path) == link.path) return;
  PublishJoin(turn,
              {peer.network->name, peer.id, peer.is_hub, peer.profile.members,
               /*addressed=*/false},
              Whose::kOwn, [&](PathId path) { return path == link.path; });
}

void Hub::State::WithdrawPlainClaim(Peer& peer, PathId path) {
  if (peer.plain_claims == nullptr || !peer.plain_claims->waiting.has_value()) return;
  if (peer.plain_claims->waiting->path == path) peer.plain_claims->waiting.reset();
}

void Hub::State::EndRestsOfPlainClaims(Turn& turn) {
  while (!plain_claim_deadlines.empty() && plain_claim_deadlines.front().at <= turn.now.steady) {
    Peer* peer = peers.Find(plain_claim_deadlines.front().connection);
    plain_claim_deadlines.pop_front();
    if (peer == nullptr || peer->plain_claims == nullptr) continue;
    auto claim = std::exchange(peer->plain_claims->waiting, std::nullopt);
    if (claim.has_value() && remote.HasPath(claim->path) && !peer->is_hub) {
      AskForPlainHub(turn, *peer, *std::move(claim));
    } else {
      peer->plain_claims.reset();
    }
  }
}

}  // namespace pigeonhub
