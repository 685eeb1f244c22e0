// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "server/core/time.h"

namespace pigeonhub {

// Another process on the bus that has the id of this hub. One of the two leaves: the one that came
// a moment ago, or, of two that did, or of two that met when brokers found together again, the one
// whose life is the higher number. Neither knows how long the other one has been there, but whoever
// is to leave does so soon.
class Namesake {
 public:
  void Hear(uint64_t life, SteadyTime now) {
    if (life_ != life || now - heard_at_ >= kGone) since_ = now;
    life_ = life;
    heard_at_ = now;
  }
  void Forget() { life_.reset(); }
  // It is to keep the id until then, heard or not.
  void LeaveIdUntil(SteadyTime until) { keeps_until_ = until; }
  bool is_there(SteadyTime now) const {
    return now < keeps_until_ || (life_.has_value() && now - heard_at_ < kGone);
  }

  // Whether this process is to leave, which has this life, and is on the bus since `since`.
  bool OutranksUs(uint64_t life, SteadyTime since, SteadyTime now) const {
    if (!life_.has_value() || now - heard_at_ >= kGone) return false;
    const bool is_lower = *life_ < life;
    // So long it stayed, and did not leave.
    const Duration both = heard_at_ - since_;
    if (now - since < kYoung) return is_lower || both >= kAnswer;
    return is_lower && both >= kYoung + kAnswer;
  }

 private:
  static constexpr Duration kYoung = std::chrono::seconds(3);
  // The other one had time to hear this one, and to leave.
  static constexpr Duration kAnswer = std::chrono::seconds(1);
  static constexpr Duration kGone = std::chrono::milliseconds(1800);

  std::optional<uint64_t> life_;
  SteadyTime keeps_until_;
  SteadyTime since_;
  SteadyTime heard_at_;
};

}  // namespace pigeonhub
