// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

namespace pigeonhub::sim {

struct JoinCost {
  double bodies = 0;        // said by all hubs for each peer that joins, and for one that leaves
  double ops = 0;           // in these
  double want_bytes = 0;    // held by a hub
  double remote_peers = 0;  // known to a hub
};

// Rooms of `members`, each at a hub of its own choice; while so many peers a second join at each
// hub and as many leave.
JoinCost MeasureJoins(size_t hubs, size_t members, size_t rooms, size_t joins_a_second,
                      size_t joins);

}  // namespace pigeonhub::sim
