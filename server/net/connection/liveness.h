// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "server/core/time.h"
#include "server/net/connection/intake.h"

namespace pigeonhub::net {

// Whether a peer still lives. It gets a ping at a fixed interval, and is gone if nothing comes from
// it for a while after a ping. A slow peer has the time that it needs to read what was sent before
// the ping. While this hub does not read from the peer on purpose, its silence says nothing.
class Liveness {
 public:
  enum class Verdict { kFine, kPingNow, kGone };
  enum class Reader : uint8_t {
    kMayBeSlow,    // a peer: it has time to read what arrived before the ping
    kReadsAtOnce,  // a hub: it reads what arrives unless it hangs; only the line may be slow
  };

  // The first ping is due after `first`, the others every `interval`.
  void Start(SteadyTime now, Duration first, Duration interval, Duration patience,
             Reader reader = Reader::kMayBeSlow) {
    interval_ = interval;
    patience_ = patience;
    reader_ = reader;
    ping_at_ = now + first;
    pinged_at_.reset();
    running_ = true;
  }
  void Suspend() { running_ = false; }
  void Continue(SteadyTime now) { Start(now, interval_, interval_, patience_, reader_); }

  // Bytes came from the peer.
  void Heard() { pinged_at_.reset(); }

  // `queued` bytes wait to be sent to it.
  Verdict Check(SteadyTime now, const Intake& intake, size_t queued) {
    if (!running_) return Verdict::kFine;
    some_queued_ = queued > 0;
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
    if (reader_ == Reader::kReadsAtOnce) {
      return std::min(answer_by_, intake.ArrivalDeadline(*pinged_at_, patience_, some_queued_));
    }
    return std::min(answer_by_, intake.Deadline(*pinged_at_, patience_));
  }

  Duration interval_{};
  Duration patience_{};
  SteadyTime ping_at_;
  std::optional<SteadyTime> pinged_at_;  // set while nothing came after a ping
  SteadyTime answer_by_;                 // of that ping
  Reader reader_ = Reader::kMayBeSlow;
  bool some_queued_ = false;  // at the last check
  bool running_ = false;
};

}  // namespace pigeonhub::net
