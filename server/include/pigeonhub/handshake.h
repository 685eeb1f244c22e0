// SPDX-License-Identifier: Apache-2.0

// What is shown of handshakes while somebody watches them: who came, who was told of whom, which
// signal passed which hub, and how long that took.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "pigeonhub/peer_id.h"
#include "pigeonhub/profile.h"
#include "pigeonhub/reason.h"

namespace pigeonhub {

// Which handshakes somebody watches: those of two peers or, without these, those of a namespace.
struct HandshakeFilter {
  std::optional<std::pair<PeerId, PeerId>> pair = {};
  std::string network = {};
  friend bool operator==(const HandshakeFilter&, const HandshakeFilter&) = default;
};

// So many may be watched at one time, as each makes all hubs of a mesh work.
inline constexpr size_t kMostHandshakesWatched = 16;

enum class HandshakeStepKind : uint8_t {
  kAnnounced,
  kDiscovered,
  kOffer,
  kAnswer,
  kIceCandidate,
  kConnected,
};
inline constexpr size_t kHandshakeStepKindCount = 6;

enum class HandshakeStage : uint8_t {
  kHeard,      // a peer said it, and it concerns this hub alone
  kPassedOn,   // sent on to another hub
  kDelivered,  // sent to the peer that it is for
  kDropped,    // it goes nowhere
};
inline constexpr size_t kHandshakeStageCount = 4;

// One thing that one hub saw. Times are on the clock of the hub that is asked, in microseconds.
struct HandshakeStep {
  HandshakeStepKind kind = HandshakeStepKind::kAnnounced;
  HandshakeStage stage = HandshakeStage::kHeard;
  PeerId hub;                // that saw it
  PeerId from;               // who said it; kDiscovered: of whom `to` is told
  std::optional<PeerId> to;  // for whom it is; empty: for nobody, or for no id
  SharedText network;        // may be null
  // To which hub it was passed on; or from which it came.
  std::optional<PeerId> other_hub;
  int64_t at_us = 0;        // since the Unix epoch, when the hub heard it
  int64_t at_error_us = 0;  // `at_us` is wrong by so much at most
  // From then until it was sent on; empty: nobody knows.
  std::optional<int64_t> queue_us;
  // From when the other hub sent it until this one heard it; empty: nobody knows.
  std::optional<int64_t> line_us;
  int64_t line_error_us = 0;
  Reason reason = Reason::kCount;  // of kDropped
};

// What is known of a hub that is asked for its steps, when that changes.
enum class HandshakeHubState : uint8_t {
  kTells,
  kSilent,       // it does not answer: an older version, or it does not know this hub
  kNotAdmitted,  // it is not asked, as it was not admitted by token
  kUnreachable,
};
struct HandshakeHub {
  PeerId hub = {};
  HandshakeHubState state = HandshakeHubState::kTells;
  int64_t clock_ahead_us = 0;  // of the clock of this hub; with an error of at most so much:
  int64_t clock_error_us = 0;
  uint64_t omitted = 0;  // steps that it saw since it was last said, and did not tell
};

}  // namespace pigeonhub
