// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/time_limits.h"

#include <algorithm>
#include <chrono>

namespace pigeonhub {
namespace {

// A token may be for years to come, more than a Duration holds.
constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365 * 10);

}  // namespace

void TimeLimits::ExpectAnnounce(const Turn& turn, ConnectionId connection) {
  announces_.Add(turn.now.steady + options_.announce_timeout, connection);
}

void TimeLimits::ExpectTokenEnd(const Turn& turn, Peer& peer) {
  if (options_.token_expiry == TokenExpiry::kKeep || peer.claims == nullptr) return;
  const std::chrono::milliseconds left(peer.claims->expires_at - turn.now.unix_ms);
  peer.token_ends_at = turn.now.steady + std::min(left, kLongest) + options_.token_leeway;
  token_ends_.emplace(peer.token_ends_at, peer.connection);
}

void TimeLimits::Forget(const Peer& peer) {
  token_ends_.erase({peer.token_ends_at, peer.connection});
}

void TimeLimits::Clear() {
  announces_.Clear();
  token_ends_.clear();
}

Peer* TimeLimits::TakeUnannounced(SteadyTime now) {
  while (!announces_.empty()) {
    const Deadlines::Entry deadline = announces_.first();
    Peer* peer = peers_.Find(deadline.connection);
    // Hubs need not announce: a granted one may only listen.
    const bool waits = peer != nullptr && peer->network == nullptr && !peer->is_hub;
    if (waits && deadline.at > now) return nullptr;
    announces_.PopFirst();
    if (waits) return peer;
  }
  return nullptr;
}

Peer* TimeLimits::TakeExpired(SteadyTime now) {
  if (token_ends_.empty() || token_ends_.begin()->first > now) return nullptr;
  const ConnectionId connection = token_ends_.begin()->second;
  token_ends_.erase(token_ends_.begin());
  return peers_.Find(connection);
}

}  // namespace pigeonhub
