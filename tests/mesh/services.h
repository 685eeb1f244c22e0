// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>

#include "tests/mesh/agenda.h"
#include "tests/mesh/fake_bus.h"
#include "tests/mesh/ledger.h"
#include "tests/mesh/network.h"
#include "tests/mesh/verdict.h"

namespace pigeonhub::sim {

// What everybody in a world shares.
struct Services {
  explicit Services(uint64_t seed) : network(agenda, seed), bus(agenda, network, seed * 3 + 2) {}

  Agenda agenda;
  Verdict verdict{agenda};
  FakeNetwork network;
  FakeBus bus;
  Ledger ledger{agenda, verdict};
  // The ids that our hubs have now, by name.
  std::map<std::string, PeerId> hub_ids;
};

// Where a hub of this name is dialed.
inline std::string UrlOf(const std::string& name) { return "ws://" + name + ".example:3000"; }

// Hubs of ours have one letter; those that speak only the reference's protocol begin with R.
inline bool IsReferenceHub(const std::string& place) { return place.starts_with("R"); }

}  // namespace pigeonhub::sim
