// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/backoff.h"

#include <gtest/gtest.h>

#include <set>

namespace pigeonhub::cli {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, PausesLongerAtFirstAndNeverLongerThanHalfASecond) {
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    Backoff backoff(seed);
    for (const auto longest : {250ms, 500ms, 500ms, 500ms, 500ms}) {
      const auto pause = backoff.Next();
      EXPECT_GE(pause, longest / 2) << seed;
      EXPECT_LE(pause, longest) << seed;
    }
    backoff.Reset();
    EXPECT_LE(backoff.Next(), 250ms) << seed;
  }
}

TEST(Backoff, IsAnotherForAnotherSeed) {
  std::set<std::chrono::milliseconds> pauses;
  for (uint32_t seed = 1; seed <= 100; ++seed) pauses.insert(Backoff(seed).Next());
  EXPECT_GT(pauses.size(), 20u);
}

}  // namespace
}  // namespace pigeonhub::cli
