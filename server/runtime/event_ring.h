// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "pigeonhub/event.h"

namespace pigeonhub {

// Where the event log keeps an event. What may come thousands of times a second has a ring of its
// own, and so has what must not be pushed out by anything else.
enum class EventRing : uint8_t {
  kHistory,     // what happened to peers, hubs, links and the server
  kAudit,       // who changed something
  kSignals,     // signals, while somebody watches them
  kHandshakes,  // steps of handshakes, the same
};
inline constexpr size_t kEventRingCount = 4;

// A set of rings.
using EventRings = std::bitset<kEventRingCount>;
inline constexpr EventRings kAllEventRings{(1u << kEventRingCount) - 1};
// Handshakes have a stream of their own; all others make one.
inline constexpr EventRings kHandshakeRing{1u << static_cast<unsigned>(EventRing::kHandshakes)};
inline constexpr EventRings kStreamedRings{((1u << kEventRingCount) - 1) &
                                           ~(1u << static_cast<unsigned>(EventRing::kHandshakes))};

inline EventRing RingOf(const EventBody& body) {
  if (std::holds_alternative<Audit>(body)) return EventRing::kAudit;
  if (std::holds_alternative<SignalRelayed>(body)) return EventRing::kSignals;
  if (std::holds_alternative<SignalDropped>(body)) return EventRing::kSignals;
  if (std::holds_alternative<BootstrapSignaling>(body)) return EventRing::kSignals;
  if (std::holds_alternative<HandshakeSeen>(body)) return EventRing::kHandshakes;
  if (std::holds_alternative<HandshakeHub>(body)) return EventRing::kHandshakes;
  return EventRing::kHistory;
}

}  // namespace pigeonhub
