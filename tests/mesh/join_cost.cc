// SPDX-License-Identifier: Apache-2.0

#include "tests/mesh/join_cost.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "server/core/random.h"
#include "tests/mesh/hub_crowd.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

// All of one length.
std::string RoomName(size_t room) { return "room" + std::to_string(100'000 + room); }

}  // namespace

JoinCost MeasureJoins(size_t hubs, size_t members, size_t rooms, size_t joins_a_second,
                      size_t joins) {
  HubCrowd crowd(hubs);
  Random random(1);
  std::vector<std::vector<uint32_t>> peers(rooms);
  uint32_t next = 1;
  const auto join = [&](size_t room) {
    peers[room].push_back(next);
    crowd.Join(random.Below(hubs), next++, RoomName(room));
  };
  for (size_t room = 0; room < rooms; ++room) {
    for (size_t i = 0; i < members; ++i) join(room);
    crowd.Run(1ms);
  }
  crowd.Run(3s);
  const uint64_t bodies = crowd.bodies();
  const uint64_t ops = crowd.ops();
  const Duration pause = Duration(1s) / static_cast<int64_t>(joins_a_second * hubs);
  for (size_t i = 0; i < joins; ++i) {
    const size_t room = random.Below(rooms);
    const size_t leaver = random.Below(peers[room].size());
    crowd.Leave(peers[room][leaver]);
    peers[room].erase(peers[room].begin() + static_cast<std::ptrdiff_t>(leaver));
    join(room);
    crowd.Run(pause);
  }
  crowd.Run(200ms);
  const auto each = static_cast<double>(joins);
  return {static_cast<double>(crowd.bodies() - bodies) / each,
          static_cast<double>(crowd.ops() - ops) / each, crowd.WantBytes(RoomName(0).size()),
          crowd.RemotePeers()};
}

}  // namespace pigeonhub::sim
