// SPDX-License-Identifier: Apache-2.0
#include "server/core/handshake_funnel.h"

namespace pigeonhub {

void HandshakeFunnel::OnSignal(const Now& now, SignalType type, const PeerId& from,
                               const PeerId& target) {
  switch (type) {
    case SignalType::kOffer: {
      auto [entry, added] = pairs_.try_emplace({from, target}, Pair{now.steady});
      if (!added) {
        if (now.steady - entry->second.offered_at < kForgetAfter) return;  // a renewed offer
        entry->second = Pair{now.steady};
      } else {
        oldest_first_.push_back(entry->first);
        if (oldest_first_.size() > kMaxPairs) {
          pairs_.erase(oldest_first_.front());
          oldest_first_.pop_front();
        }
      }
      counters_.offered.Add();
      return;
    }
    case SignalType::kAnswer: {
      auto entry = pairs_.find({target, from});
      if (entry == pairs_.end() || entry->second.answered) return;
      entry->second.answered = true;
      counters_.answered.Add();
      counters_.offer_to_answer.Observe(
          std::chrono::duration<double>(now.steady - entry->second.offered_at).count());
      return;
    }
    case SignalType::kIceCandidate: {
      Pair* pair = Find(from, target);
      if (pair == nullptr || pair->candidates) return;
      pair->candidates = true;
      counters_.candidates.Add();
      return;
    }
  }
}

void HandshakeFunnel::OnConnected(const PeerId& peer, const PeerId& other) {
  Pair* pair = Find(peer, other);
  // Both ends may report.
  if (pair == nullptr || pair->connected) return;
  pair->connected = true;
  counters_.connected.Add();
}

HandshakeFunnel::Pair* HandshakeFunnel::Find(const PeerId& a, const PeerId& b) {
  auto entry = pairs_.find({a, b});
  if (entry == pairs_.end()) entry = pairs_.find({b, a});
  return entry == pairs_.end() ? nullptr : &entry->second;
}

}  // namespace pigeonhub
