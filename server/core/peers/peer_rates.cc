// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/peer_rates.h"

#include <algorithm>

#include "server/core/peers/namespaces.h"

namespace pigeonhub {
namespace {

// What a message has besides the words of the peer.
constexpr size_t kEnvelope = 256;

// A peer does not keep a bucket overdrawn if it pays and for this time owes nothing.
constexpr Duration kBreak = std::chrono::seconds(1);
// A peer far over its rate would else be stopped and read again for each message.
constexpr Duration kShortestPause = std::chrono::milliseconds(50);

// The name of the rate that is paid at this time.
std::string_view RateOver(const Spending& spent, const PeerPaces& paces, SteadyTime paid_at) {
  if (spent.messages.PaidAt(paces.messages) == paid_at) return "message-rate";
  if (spent.bytes.PaidAt(paces.bytes) == paid_at) return "byte-rate";
  if (spent.announces.PaidAt(paces.announces) == paid_at) return "announce-rate";
  return "fanout-rate";
}

SteadyTime PaidAt(const Spending& spent, const PeerPaces& paces) {
  return std::max({spent.messages.PaidAt(paces.messages), spent.bytes.PaidAt(paces.bytes),
                   spent.announces.PaidAt(paces.announces), spent.fanout.PaidAt(paces.fanout)});
}

void ChargeMessage(SteadyTime now, const PeerPaces& paces, size_t bytes, Spending& spent) {
  if (!paces.messages.is_off()) spent.messages.Charge(now, paces.messages);
  if (!paces.bytes.is_off()) spent.bytes.Charge(now, paces.bytes, bytes);
}

}  // namespace

const PeerPaces& PeerRates::PacesOf(const Turn& turn, Peer& peer) const {
  const NamespaceRules& rules =
      peer.network == nullptr ? policies_.usual() : RulesOf(policies_, *peer.network);
  const PeerPaces& paces = peer.at_loopback ? rules.paces->at_loopback : rules.paces->usual;
  if (peer.paces == rules.paces) return paces;
  if (peer.paces != nullptr && *peer.paces != *rules.paces) {
    const SteadyTime now = turn.now.steady;
    const PeerPaces& before = peer.at_loopback ? peer.paces->at_loopback : peer.paces->usual;
    peer.spent.messages.Refit(now, paces.messages);
    peer.spent.announces.Refit(now, paces.announces);
    // No policy has a say on these two, so what is owed of them goes along from one namespace to
    // the next; an operator may change them.
    if (before.bytes != paces.bytes) peer.spent.bytes.Refit(now, paces.bytes);
    if (before.fanout != paces.fanout) peer.spent.fanout.Refit(now, paces.fanout);
  }
  peer.paces = rules.paces;
  return paces;
}

void PeerRates::OnMessage(Turn& turn, Peer& peer, size_t bytes) {
  if (peer.is_hub) return;
  const PeerPaces& paces = PacesOf(turn, peer);
  ChargeMessage(turn.now.steady, paces, bytes, peer.spent);
  Settle(turn, peer, paces);
}

bool PeerRates::TakesQuietly(const Now& now, Peer& peer, size_t bytes) const {
  const NamespaceRules* rules = RulesIfKnown(policies_, *peer.network);
  if (peer.is_hub || rules == nullptr || peer.paces != rules->paces) return false;
  const PeerPaces& paces = peer.at_loopback ? rules->paces->at_loopback : rules->paces->usual;
  Spending spent = peer.spent;
  ChargeMessage(now.steady, paces, bytes, spent);
  if (PaidAt(spent, paces) > now.steady) return false;
  peer.spent = spent;
  return true;
}

void PeerRates::OnAnnounce(const Turn& turn, Peer& peer) {
  if (peer.is_hub) return;
  const Pace& pace = PacesOf(turn, peer).announces;
  if (!pace.is_off()) peer.spent.announces.Charge(turn.now.steady, pace);
}

void PeerRates::OnFanout(const Turn& turn, Peer& peer, size_t messages, size_t words) {
  if (messages == 0 || peer.is_hub) return;
  const Pace& pace = PacesOf(turn, peer).fanout;
  if (!pace.is_off()) {
    peer.spent.fanout.Charge(turn.now.steady, pace, messages * kEnvelope + words);
  }
}

void PeerRates::Settle(Turn& turn, Peer& peer, const PeerPaces& paces) {
  const SteadyTime now = turn.now.steady;
  Spending& spent = peer.spent;
  const SteadyTime paid_at = PaidAt(spent, paces);
  if (paid_at <= now) return;
  if (now - spent.read_at >= kBreak) {
    spent.over_since = now;
    turn.NoteLimit(Reason::kRateLimit, RateOver(spent, paces, paid_at), OriginOf(peer));
  }
  const bool was_paused = paused_.erase({spent.read_at, peer.connection}) > 0;
  spent.read_at =
      std::min(std::max(paid_at, now + kShortestPause), spent.over_since + kLongestOver);
  paused_.emplace(spent.read_at, peer.connection);
  if (was_paused) return;
  turn.counters.pauses.Add();
  turn.effects.push_back(PauseReading{peer.connection});
}

Peer* PeerRates::EndPauses(Turn& turn) {
  while (!paused_.empty() && paused_.begin()->first <= turn.now.steady) {
    const ConnectionId connection = paused_.begin()->second;
    paused_.erase(paused_.begin());
    Peer* peer = peers_.Find(connection);
    if (peer == nullptr) continue;
    if (turn.now.steady - peer->spent.over_since >= kLongestOver) return peer;
    turn.effects.push_back(ResumeReading{connection});
  }
  return nullptr;
}

void PeerRates::OnPoliciesChanged(Turn& turn) {
  const SteadyTime now = turn.now.steady;
  absl::btree_set<std::pair<SteadyTime, ConnectionId>> still_paused;
  for (const auto& [until, connection] : paused_) {
    Peer* peer = peers_.Find(connection);
    if (peer == nullptr) continue;
    if (PaidAt(peer->spent, PacesOf(turn, *peer)) > now) {
      still_paused.emplace(until, connection);
      continue;
    }
    peer->spent.read_at = now;
    turn.effects.push_back(ResumeReading{connection});
  }
  paused_ = std::move(still_paused);
}

}  // namespace pigeonhub
