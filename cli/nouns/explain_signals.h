// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pigeonhub/findings.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// How far two peers got, as events of their signals tell it. Their kinds of candidates are in no
// event, so they are not judged. Keeps the last signal of each type and side alone.
class ExplainSignals {
 public:
  struct Signal {
    UnixMillis at = 0;
    uint64_t seq = 0;
    std::string hub;                // that tells of it
    std::optional<Reason> dropped;  // it went nowhere
  };

  // Side 0 or 1 signaled to the other one. `to_link`: the hub handed it to another hub.
  void Take(size_t side, v1::SignalType type, Signal signal, bool to_link);
  // Whether either offered or answered at `since` or later.
  bool IsBegun(UnixMillis since) const;

  struct Question {
    std::array<PeerId, 2> peers;
    UnixMillis now = 0;          // up to when events tell
    UnixMillis last_signal = 0;  // of anybody
  };
  struct Judged {
    Finding finding;
    std::string hub;  // whose events it names
  };
  // How far they got, and why no further. Is begun.
  std::vector<Judged> Judge(const Question& question) const;

 private:
  enum Type { kOffer, kAnswer, kCandidate, kTypes };
  using Side = std::array<Signal, kTypes>;  // a time of 0: none

  std::array<Side, 2> sides_;
};

}  // namespace pigeonhub::cli
