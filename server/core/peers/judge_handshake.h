// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pigeonhub/findings.h"
#include "server/core/peers/pair_history.h"
#include "server/core/time.h"

namespace pigeonhub {

// Sooner nobody waits in vain: a handshake that goes well takes half a second.
inline constexpr Duration kPatience = std::chrono::seconds(5);

// "3.2 s", for a person.
std::string InSeconds(Duration duration);

// Two peers that were introduced to each other.
struct HandshakeQuestion {
  PeerId low;
  PeerId high;
  // Whether both come from one network, as far as the hub sees; nothing if it cannot tell, as where
  // one of the two is at another hub.
  std::optional<bool> same_network = {};
};

// Adds what the record of a handshake shows: how far it got, and why no further. The record
// is begun.
void JudgeHandshake(const Now& now, const HandshakeQuestion& pair, const PairRecord& record,
                    Explanation& said);

// Works out the outcome from what was found.
void Conclude(Explanation& said);

}  // namespace pigeonhub
