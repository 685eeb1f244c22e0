// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/fanout_rate.h"

#include <algorithm>

#include "pigeonhub/defaults.h"
#include "server/base/address.h"

namespace pigeonhub {
namespace {

// What a message has besides the words of the peer.
constexpr size_t kEnvelope = 256;

// A peer that keeps its bucket overdrawn for so long has to leave.
constexpr Duration kLongest = std::chrono::seconds(10);
// It does not keep it so if for this time it costs nothing.
constexpr Duration kBreak = std::chrono::seconds(1);

// At most thirty years, which a Duration holds many times over.
Duration TimeFor(uint64_t bytes, uint64_t per_second) {
  const double seconds = static_cast<double>(bytes) / static_cast<double>(per_second);
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(std::min(seconds, 1e9)));
}

}  // namespace

void FanoutRate::Charge(const Turn& turn, const Peer& peer, size_t messages, size_t words) {
  if (messages == 0 || IsExempt(peer)) return;
  Bucket& bucket = buckets_[peer.connection];
  const SteadyTime now = turn.now.steady;
  if (bucket.full_at - now <= FillTime() - kBreak) bucket.overdrawn_at.reset();
  bucket.full_at =
      std::max(bucket.full_at, now) + TimeFor(messages * kEnvelope + words, rate().per_second);
}

void FanoutRate::Settle(Turn& turn, const Peer& peer) {
  const auto found = buckets_.find(peer.connection);
  if (found == buckets_.end()) return;
  Bucket& bucket = found->second;
  const SteadyTime until = bucket.full_at - FillTime();
  if (until <= turn.now.steady) return;
  if (!bucket.overdrawn_at.has_value()) bucket.overdrawn_at = turn.now.steady;
  paused_.emplace(until, peer.connection);
  turn.effects.push_back(PauseReading{peer.connection});
}

Peer* FanoutRate::EndPauses(Turn& turn) {
  while (!paused_.empty() && paused_.begin()->first <= turn.now.steady) {
    const ConnectionId connection = paused_.begin()->second;
    paused_.erase(paused_.begin());
    Peer* peer = peers_.Find(connection);
    if (peer == nullptr) continue;
    const Bucket& bucket = buckets_.at(connection);
    if (turn.now.steady - *bucket.overdrawn_at >= kLongest) return peer;
    turn.effects.push_back(ResumeReading{connection});
  }
  return nullptr;
}

std::optional<SteadyTime> FanoutRate::NextDeadline() const {
  if (paused_.empty()) return std::nullopt;
  return paused_.begin()->first;
}

void FanoutRate::Compact(SteadyTime now) {
  absl::erase_if(buckets_, [&](const auto& entry) {
    return entry.second.full_at <= now || peers_.Find(entry.first) == nullptr;
  });
}

bool FanoutRate::IsExempt(const Peer& peer) const {
  if (rate().per_second == 0 || peer.is_hub) return true;
  return !options_.fanout_rate.has_value() && IsLoopback(peer.address);
}

ByteRate FanoutRate::rate() const { return options_.fanout_rate.value_or(kDefaultFanoutRate); }

Duration FanoutRate::FillTime() const { return TimeFor(rate().burst, rate().per_second); }

}  // namespace pigeonhub
