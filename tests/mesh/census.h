// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "tests/mesh/world.h"

namespace pigeonhub::sim {

// Who is where, counted the slow way: by asking everybody. Compares it with what each peer, each
// linked reference hub and each hub of ours believes. For worlds at rest.
void CheckCensus(World& world);
// Whether all hubs keep the same peers out.
void CheckBans(World& world);

// Nobody is left: the hubs know of none.
void CheckEmpty(World& world);

}  // namespace pigeonhub::sim
