// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "server/core/time.h"

namespace pigeonhub::net {

// Whether a peer still lives, told by its frames. It is pinged at a fixed interval and gone when no
// frame of any kind comes for a while after a ping. While nothing is read from it on purpose, its
// silence says nothing.
class Liveness {
 public:
  enum class Verdict { kFine, kPingNow, kGone };

  // The first ping after `first`, then every `interval`. Drawing `first` at random keeps ten
  // thousand peers that came together from being pinged together.
  void Start(SteadyTime now, Duration first, Duration interval, Duration patience) {
    interval_ = interval;
    patience_ = patience;
    ping_at_ = now + first;
    gone_at_.reset();
    running_ = true;
  }
  void Suspend() { running_ = false; }
  void Continue(SteadyTime now) { Start(now, interval_, interval_, patience_); }

  void Heard() { gone_at_.reset(); }

  Verdict Check(SteadyTime now) {
    if (!running_) return Verdict::kFine;
    if (gone_at_.has_value() && now >= *gone_at_) return Verdict::kGone;
    if (now < ping_at_) return Verdict::kFine;
    ping_at_ = now + interval_;
    if (!gone_at_.has_value()) gone_at_ = now + patience_;
    return Verdict::kPingNow;
  }

  // When to check again.
  SteadyTime due() const {
    if (!running_) return SteadyTime::max();
    return gone_at_.has_value() ? std::min(ping_at_, *gone_at_) : ping_at_;
  }

 private:
  Duration interval_{};
  Duration patience_{};
  SteadyTime ping_at_;
  std::optional<SteadyTime> gone_at_;  // set while a ping has no answer
  bool running_ = false;
};

}  // namespace pigeonhub::net
