// SPDX-License-Identifier: Apache-2.0
//
// mesh_join_cost [HUBS] [MEMBERS] [ROOMS] [JOINS_A_SECOND_AND_HUB] [JOINS]
//
// What hubs say to each other when a peer joins a room of several, and what they hold for it.
#include <cstdio>
#include <cstdlib>

#include "tests/mesh/join_cost.h"

int main(int argc, char** argv) {
  const auto number = [&](int i, size_t otherwise) {
    return argc > i ? std::strtoul(argv[i], nullptr, 10) : otherwise;
  };
  const size_t hubs = number(1, 100);
  const size_t members = number(2, 8);
  const size_t rooms = number(3, 400);
  const size_t rate = number(4, 167);
  const auto cost = pigeonhub::sim::MeasureJoins(hubs, members, rooms, rate, number(5, 8000));
  std::printf(
      "%zu hubs, %zu rooms of %zu, %zu joins and leaves a second at each hub\n"
      "a join and a leave: %.1f messages with %.1f operations\n"
      "a hub knows %.0f peers of others, and holds %.0f bytes for what others want\n",
      hubs, rooms, members, rate, cost.bodies, cost.ops, cost.remote_peers, cost.want_bytes);
}
