// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>

#include "server/core/time.h"

namespace pigeonhub::net {

// Whether a message that has begun comes fast enough, because unfinished messages hold memory.
// Every message may take a certain time, and longer only while the line moves at kSlowest or
// faster.
class MessagePace {
 public:
  // Bytes a second.
  static constexpr uint64_t kSlowest = 1024;

  // A message has begun, which may take `allowed`.
  MessagePace(SteadyTime now, Duration allowed) : step_(allowed / 2), due_(now + step_) {}

  // When to call TooSlow.
  SteadyTime due() const { return due_; }

  // `received` is the number of bytes that ever came. Compares it with that of the last call.
  bool TooSlow(SteadyTime now, uint64_t received) {
    if (now < due_) return false;
    const bool slow =
        measured_ &&
        received - received_ < kSlowest * static_cast<uint64_t>(step_.count()) / 1'000'000'000;
    measured_ = true;
    received_ = received;
    due_ = now + step_;
    return slow;
  }

 private:
  const Duration step_;
  SteadyTime due_;
  bool measured_ = false;
  uint64_t received_ = 0;
};

}  // namespace pigeonhub::net
