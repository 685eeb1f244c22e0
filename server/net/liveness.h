// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "server/core/time.h"
#include "server/net/intake.h"

namespace pigeonhub::net {

// Whether a peer still lives. It is pinged at a fixed interval, and gone when nothing comes from it
// for a while after a ping; a slow one has the time it needs to read what was sent before the ping.
// While nothing is read from it on purpose, its silence says nothing.
class Liveness {
 public:
  enum class Verdict { kFine, kPingNow, kGone };

  // The first ping after `first`, then every `interval`. Drawing `first` at random keeps ten
  // thousand peers that came together from being pinged together.
  void Start(SteadyTime now, Duration first, Duration interval, Duration patience) {
    interval_ = interval;
    patience_ = patience;
    ping_at_ = now + first;
    pinged_at_.reset();
    running_ = true;
  }
  void Suspend() { running_ = false; }
  void Continue(SteadyTime now) { Start(now, interval_, interval_, patience_); }

  // Bytes came from the peer.
  void Heard() { pinged_at_.reset(); }

  // `queued` bytes wait to be sent to it.
  Verdict Check(SteadyTime now, const Intake& intake, size_t queued) {
    if (!running_) return Verdict::kFine;
    if (pinged_at_.has_value() && now >= GoneAt(intake)) return Verdict::kGone;
    if (now < ping_at_) return Verdict::kFine;
    ping_at_ = now + interval_;
    if (!pinged_at_.has_value()) {
      pinged_at_ = now;
      answer_by_ = now + std::max(patience_, intake.ReadingTime(queued));
    }
    return Verdict::kPingNow;
  }

  // When to check again.
  SteadyTime due(const Intake& intake) const {
    if (!running_) return SteadyTime::max();
    return pinged_at_.has_value() ? std::min(ping_at_, GoneAt(intake)) : ping_at_;
  }

 private:
  SteadyTime GoneAt(const Intake& intake) const {
    return std::min(answer_by_, intake.Deadline(*pinged_at_, patience_));
  }

  Duration interval_{};
  Duration patience_{};
  SteadyTime ping_at_;
  std::optional<SteadyTime> pinged_at_;  // set while nothing came after a ping
  SteadyTime answer_by_;                 // of that ping
  bool running_ = false;
};

}  // namespace pigeonhub::net
