// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "tests/mesh/scenario.h"

namespace pigeonhub::sim {

// What may happen in the scenarios that are made up.
struct Chances {
  bool faults = true;      // links lost, half-open and partitioned, hubs killed
  bool references = true;  // hubs that speak only the reference's protocol
  bool roaming = true;     // the same id at two places
  bool attacks = false;    // one hub is hostile to all others
  bool upgrades = false;   // hubs change between this version and the one before
  bool bans = false;       // operators ban peers and lift bans
  bool bus = false;        // hubs share a bus
  bool links = true;       // ... and have links beside it
  bool lies = false;  // hubs that say what is not so, and peers that leave while being signaled
};

// The scenario of a seed: a topology, a few peers and some dozens of things that happen.
Scenario RandomScenario(uint64_t seed, const Chances& chances);

}  // namespace pigeonhub::sim
