// SPDX-License-Identifier: Apache-2.0
//
// What it costs a mesh that a peer joins a room of eight on as many of a hundred hubs. Without
// interest and gathering a join took 192 messages, and a hub held what every other one wants.
#include "tests/mesh/join_cost.h"

#include <gtest/gtest.h>

namespace pigeonhub::sim {
namespace {

TEST(AJoinInARoomOfEightOnAHundredHubs, CostsFewMessagesAndLittleMemory) {
  const JoinCost cost = MeasureJoins(/*hubs=*/100, /*members=*/8, /*rooms=*/150,
                                     /*joins_a_second=*/167, /*joins=*/1500);
  EXPECT_LT(cost.bodies, 35);
  EXPECT_GT(cost.remote_peers, 80) << "seven for each peer of its own";
  EXPECT_LT(cost.want_bytes, 80 * cost.remote_peers) << "no more than one for each of them";
}

}  // namespace
}  // namespace pigeonhub::sim
