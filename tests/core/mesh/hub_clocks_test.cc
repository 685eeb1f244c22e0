// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_clocks.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

// The clock there is `ahead`; the question is on its way for `there`, the answer for `back`.
void Ask(HubClock& clock, uint64_t at, int64_t ahead, uint64_t there, uint64_t back) {
  const auto time_there = static_cast<uint64_t>(static_cast<int64_t>(at + there) + ahead);
  clock.Note(at, time_there, at + there + back);
}

TEST(HubClock, IsUnknownBeforeTheFirstAnswer) {
  HubClock clock;
  EXPECT_FALSE(clock.Read().has_value());
  clock.Note(10, 20, 9);  // answered before it was asked
  EXPECT_FALSE(clock.Read().has_value());
}

TEST(HubClock, IsReadByTheQuickestAnswer) {
  HubClock clock;
  Ask(clock, 1'000'000, -700'000, 50'000, 90'000);
  ASSERT_TRUE(clock.Read().has_value());
  EXPECT_EQ(clock.Read()->ahead_us, -720'000);
  EXPECT_EQ(clock.Read()->error_us, 70'000);
  Ask(clock, 2'000'000, -700'000, 50'100, 50'000);
  EXPECT_EQ(clock.Read()->ahead_us, -699'950);
  EXPECT_EQ(clock.Read()->error_us, 50'050);
  Ask(clock, 3'000'000, -700'000, 50'000, 190'000);
  EXPECT_EQ(clock.Read()->ahead_us, -699'950);
}

TEST(HubClock, IsNeverWrongByMoreThanItSays) {
  HubClock clock;
  for (uint64_t i = 0; i < 200; ++i) {
    const int64_t ahead = 5'000'000 - static_cast<int64_t>(i);
    Ask(clock, 1'000'000 + 2'000'000 * i, ahead, 37 * i % 90'000, 59'000 * i % 80'000);
    const HubClock::Reading read = *clock.Read();
    // It drifts meanwhile, by one here for each of the eight that are kept.
    EXPECT_LE(std::abs(read.ahead_us - ahead), read.error_us + 8) << i;
  }
}

TEST(HubClock, ForgetsOldAnswersAndTheClockOfAMachineThatStartedAgain) {
  HubClock clock;
  Ask(clock, 1'000'000, 0, 100, 100);
  for (uint64_t i = 1; i <= 8; ++i) Ask(clock, 1'000'000 * (i + 1), 0, 1000, 1000);
  EXPECT_EQ(clock.Read()->error_us, 1000);
  Ask(clock, 20'000'000, -15'000'000, 3000, 3000);
  EXPECT_EQ(clock.Read()->ahead_us, -15'000'000);
  EXPECT_EQ(clock.Read()->error_us, 3000);
}

}  // namespace
}  // namespace pigeonhub
