// SPDX-License-Identifier: Apache-2.0
//
// What those who carry events away have in common.
#pragma once

#include <algorithm>

#include "server/runtime/clock.h"
#include "server/runtime/event_ring.h"

namespace pigeonhub::history {

// Where the events are kept that are written down and carried away: all but signals, which happen
// only while somebody watches them.
inline constexpr EventRings kRecordedRings{(1u << static_cast<unsigned>(EventRing::kHistory)) |
                                           (1u << static_cast<unsigned>(EventRing::kAudit))};

// How long the oldest event waits that happened at `oldest`; 0 for 0, which means that none waits.
inline double LagSeconds(UnixMillis oldest, const Clock& clock) {
  if (oldest == 0) return 0;
  return static_cast<double>(std::max<UnixMillis>(clock.Read().unix_ms - oldest, 0)) / 1000;
}

}  // namespace pigeonhub::history
