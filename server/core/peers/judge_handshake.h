// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "pigeonhub/findings.h"
#include "server/core/peers/pair_history.h"
#include "server/core/time.h"

namespace pigeonhub {

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

}  // namespace pigeonhub
