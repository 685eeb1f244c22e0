// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/handshake_funnel.h"

namespace pigeonhub {

void HandshakeFunnel::OnSignal(const Now& now, SignalType type, const PeerId& from,
                               const PeerId& target) {
  const PairKey key(from, target);
  const bool from_high = from == key.high;
  switch (type) {
    case SignalType::kOffer:
      return OnOffer(now, key, from_high);
    case SignalType::kAnswer:
      return OnAnswer(now, key, from_high);
    case SignalType::kIceCandidate:
      return OnCandidate(key);
  }
}

void HandshakeFunnel::OnOffer(const Now& now, const PairKey& key, bool from_high) {
  const auto [entry, added] = pairs_.try_emplace(key, Pair{now.steady});
  Pair& pair = entry->second;
  const Duration age = now.steady - pair.began;
  if (added) {
    counters_.offered.Add();
    ForgetOldest(key);
  } else if (age >= kForgetAfter || (pair.connected && age >= kRetriedAfter)) {
    pair = Pair{now.steady};
    counters_.offered.Add();
  } else if (age >= kRetriedAfter && !pair.retried) {
    pair.retried = true;
    counters_.retried.Add();
  }
  pair.offered[from_high] = true;
}

void HandshakeFunnel::OnAnswer(const Now& now, const PairKey& key, bool from_high) {
  Pair* pair = Find(key);
  // Nobody answers itself.
  if (pair == nullptr || !pair->offered[!from_high] || pair->answered) return;
  pair->answered = true;
  counters_.answered.Add();
  counters_.offer_to_answer.Observe(
      std::chrono::duration<double>(now.steady - pair->began).count());
}

void HandshakeFunnel::OnCandidate(const PairKey& key) {
  Pair* pair = Find(key);
  if (pair == nullptr || pair->candidates) return;
  pair->candidates = true;
  counters_.candidates.Add();
}

bool HandshakeFunnel::OnConnected(const PeerId& peer, const PeerId& other) {
  Pair* pair = Find(PairKey(peer, other));
  if (pair == nullptr) return true;
  if (pair->connected) return false;
  pair->connected = true;
  counters_.connected.Add();
  return true;
}

void HandshakeFunnel::ForgetOldest(const PairKey& newest) {
  oldest_first_.push_back(newest);
  if (oldest_first_.size() <= kMaxPairs) return;
  pairs_.erase(oldest_first_.front());
  oldest_first_.pop_front();
}

HandshakeFunnel::Pair* HandshakeFunnel::Find(const PairKey& key) {
  const auto entry = pairs_.find(key);
  return entry == pairs_.end() ? nullptr : &entry->second;
}

}  // namespace pigeonhub
