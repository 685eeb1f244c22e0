// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/recent_pairs.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

const PathId kNear{1};
const PathId kFar{2};
constexpr SteadyTime kPairsBegan{1h};

TEST(RecentPairs, AreTakenOnce) {
  RecentPairs pairs;
  pairs.Add(kNear, "room", kPairsBegan);
  EXPECT_FALSE(pairs.Take(kFar, "room", kPairsBegan));
  EXPECT_FALSE(pairs.Take(kNear, "attic", kPairsBegan));
  EXPECT_TRUE(pairs.Take(kNear, "room", kPairsBegan));
  EXPECT_FALSE(pairs.Take(kNear, "room", kPairsBegan));
}

TEST(RecentPairs, AreForgottenAfterTwentyToFortySeconds) {
  for (const Duration after : {0s, 10s, 19s}) {
    RecentPairs pairs;
    pairs.Add(kFar, "early", kPairsBegan);
    pairs.Add(kNear, "room", kPairsBegan + after);
    EXPECT_TRUE(pairs.Take(kNear, "room", kPairsBegan + after + 19s));
    pairs.Add(kNear, "room", kPairsBegan + after + 19s);
    EXPECT_FALSE(pairs.Take(kNear, "room", kPairsBegan + after + 60s));
    EXPECT_EQ(pairs.size(), 0u);
  }
}

TEST(RecentPairs, AreAllPairsOnceThereAreTooMany) {
  RecentPairs pairs;
  for (int i = 0; i < 60'000; ++i) pairs.Add(kNear, std::to_string(i), kPairsBegan);
  EXPECT_LE(pairs.size(), 50'000u);
  EXPECT_TRUE(pairs.Take(kNear, "0", kPairsBegan + 1s));
  EXPECT_TRUE(pairs.Take(kFar, "never added", kPairsBegan + 1s));
  EXPECT_FALSE(pairs.Take(kFar, "never added", kPairsBegan + 41s));
}

}  // namespace
}  // namespace pigeonhub
