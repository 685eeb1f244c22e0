// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/peer_rates.h"

#include <algorithm>

#include "pigeonhub/defaults.h"
#include "server/base/address.h"
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

}  // namespace

Rate PeerRates::DefaultByteRate(const Limits& limits) {
  Rate rate = kDefaultByteRate;
  rate.burst = std::max<uint64_t>(rate.burst, limits.message);
  return rate;
}

PeerRates::PeerRates(const HubOptions& options, PeerTable& peers)
    : options_(options),
      peers_(peers),
      usual_(PacesFor(false, {})),
      at_loopback_(PacesFor(true, {})) {}

std::shared_ptr<const PeerPaces> PeerRates::PacesFor(bool is_loopback,
                                                     const OfNamespace& rates) const {
  const auto pace = [&](const std::optional<Rate>& set, const Rate& by_default) {
    return Pace(set.value_or(is_loopback ? Rate{} : by_default));
  };
  const auto first = [](const std::optional<Rate>& a, const std::optional<Rate>& b) {
    return a.has_value() ? a : b;
  };
  return std::make_shared<const PeerPaces>(PeerPaces{
      .messages = pace(first(rates.messages, options_.message_rate), kDefaultMessageRate),
      .bytes = pace(options_.byte_rate, DefaultByteRate(options_.limits)),
      .announces = pace(first(rates.announces, options_.announce_rate), kDefaultAnnounceRate),
      .fanout = pace(options_.fanout_rate, kDefaultFanoutRate)});
}

void PeerRates::Apply(Peer& peer, const OfNamespace& rates) {
  const bool is_loopback = IsLoopback(peer.address);
  if (rates.messages.has_value() || rates.announces.has_value()) {
    peer.paces = PacesFor(is_loopback, rates);
  } else {
    peer.paces = is_loopback ? at_loopback_ : usual_;
  }
}

void PeerRates::OnMessage(Turn& turn, Peer& peer, size_t bytes) {
  if (peer.is_hub) return;
  const SteadyTime now = turn.now.steady;
  const PeerPaces& paces = *peer.paces;
  Spending& spent = peer.spent;
  if (!paces.messages.is_off()) spent.messages.Charge(now, paces.messages);
  if (!paces.bytes.is_off()) spent.bytes.Charge(now, paces.bytes, bytes);
  Settle(turn, peer);
}

void PeerRates::OnAnnounce(Turn& turn, Peer& peer) {
  const Pace& pace = peer.paces->announces;
  if (!peer.is_hub && !pace.is_off()) peer.spent.announces.Charge(turn.now.steady, pace);
}

void PeerRates::OnFanout(const Turn& turn, Peer& peer, size_t messages, size_t words) {
  const Pace& pace = peer.paces->fanout;
  if (messages == 0 || peer.is_hub || pace.is_off()) return;
  peer.spent.fanout.Charge(turn.now.steady, pace, messages * kEnvelope + words);
}

void PeerRates::Settle(Turn& turn, Peer& peer) {
  if (peer.is_hub) return;
  const SteadyTime now = turn.now.steady;
  const PeerPaces& paces = *peer.paces;
  Spending& spent = peer.spent;
  const SteadyTime paid_at =
      std::max({spent.messages.PaidAt(paces.messages), spent.bytes.PaidAt(paces.bytes),
                spent.announces.PaidAt(paces.announces), spent.fanout.PaidAt(paces.fanout)});
  if (paid_at <= now) return;
  if (now - spent.read_at >= kBreak) {
    spent.over_since = now;
    turn.NoteLimit(Reason::kRateLimit, RateOver(spent, paces, paid_at), OriginOf(peer));
  }
  const bool was_paused = paused_.erase({spent.read_at, peer.connection}) > 0;
  spent.read_at = std::max({paid_at, now + kShortestPause});
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

std::optional<SteadyTime> PeerRates::NextDeadline() const {
  if (paused_.empty()) return std::nullopt;
  return paused_.begin()->first;
}

}  // namespace pigeonhub
