// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/peer_watch.h"

#include <algorithm>

namespace pigeonhub::net {

void PeerWatch::Start(SteadyTime now, Duration interval, Liveness::Reader reader, Random& random) {
  const Duration half = interval / 2;
  const Duration first = half + Duration(random.Below(half.count() + 1));
  liveness_.Start(now, first, interval, options_.pong_timeout, reader);
}

void PeerWatch::Suspend() {
  liveness_.Suspend();
  MessageEnded();
}

bool PeerWatch::MessageGoesOn(SteadyTime now) {
  if (pace_ != nullptr) return true;
  pace_ = std::make_unique<MessagePace>(now, options_.message_timeout);
  return false;
}

std::string PeerWatch::Mark(SteadyTime now) {
  intake_.Look(now, writer_.line());
  return intake_.Mark();
}

PeerWatch::Verdict PeerWatch::Check(SteadyTime now) {
  const Socket::Line line = writer_.line();
  intake_.Look(now, line);
  if (!writer_.empty() && now >= StalledAt()) return Verdict::kSlowReader;
  if (pace_ != nullptr && pace_->TooSlow(now, line.received)) return Verdict::kSlowMessage;
  switch (liveness_.Check(now, intake_, writer_.bytes())) {
    case Liveness::Verdict::kFine:
      break;
    case Liveness::Verdict::kPingNow:
      return Verdict::kPingNow;
    case Liveness::Verdict::kGone:
      return Verdict::kUnresponsive;
  }
  return Verdict::kFine;
}

SteadyTime PeerWatch::due() const {
  SteadyTime due = liveness_.due(intake_);
  if (pace_ != nullptr) due = std::min(due, pace_->due());
  return writer_.blocked() ? std::min(due, StalledAt()) : due;
}

}  // namespace pigeonhub::net
