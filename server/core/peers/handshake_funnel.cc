// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/handshake_funnel.h"

#include <algorithm>

namespace pigeonhub {
namespace {

bool WasOffered(const FunnelStages& counted) { return counted.offered[0] || counted.offered[1]; }

}  // namespace

bool HandshakeFunnel::OnSignal(const Now& now, SignalType type, PairRecord& pair, bool side) {
  if (type == SignalType::kOffer) return OnOffer(now, pair, side);
  if (type == SignalType::kAnswer) {
    OnAnswer(now, pair, side);
  } else {
    OnCandidate(pair.counted);
  }
  return false;
}

bool HandshakeFunnel::Begins(const Now& now, const PairRecord& pair) {
  const Duration age = now.steady - pair.began;
  return !WasOffered(pair.counted) || age >= kForgetAfter ||
         (pair.counted.connected && age >= PairRecord::kRetriedAfter);
}

bool HandshakeFunnel::Retries(const Now& now, SignalType type, const PairRecord& pair) {
  return type == SignalType::kOffer && now.steady - pair.began >= PairRecord::kRetriedAfter &&
         !pair.counted.retried && !Begins(now, pair);
}

bool HandshakeFunnel::OnOffer(const Now& now, PairRecord& pair, bool side) {
  const bool is_retried = Retries(now, SignalType::kOffer, pair);
  if (Begins(now, pair)) {
    pair.Begin(now.steady);
    counters_.offered.Add();
  }
  if (is_retried) {
    pair.counted.retried = true;
    counters_.retried.Add();
  }
  pair.counted.offered[side] = true;
  return is_retried;
}

void HandshakeFunnel::OnAnswer(const Now& now, PairRecord& pair, bool side) {
  // Nobody answers itself.
  if (!pair.counted.offered[!side] || pair.counted.answered) return;
  pair.counted.answered = true;
  counters_.answered.Add();
  // Signals that pass at the same time may come in another order than their times.
  const Duration after = std::max(now.steady - pair.began, Duration());
  counters_.offer_to_answer.Observe(std::chrono::duration<double>(after).count());
}

void HandshakeFunnel::OnCandidate(FunnelStages& counted) {
  if (!WasOffered(counted) || counted.candidates) return;
  counted.candidates = true;
  counters_.candidates.Add();
}

bool HandshakeFunnel::OnConnected(PairRecord& pair) {
  if (!WasOffered(pair.counted)) return true;
  if (pair.counted.connected) return false;
  pair.counted.connected = true;
  counters_.connected.Add();
  return true;
}

}  // namespace pigeonhub
