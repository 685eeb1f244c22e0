// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/redial_schedule.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

// The shortest and the longest of a thousand waits.
struct Range {
  Duration shortest = 24h;
  Duration longest{};
};

Range WaitsAfter(unsigned failures, const RedialSchedule& schedule) {
  Random random(1);
  Range range;
  for (int i = 0; i < 1000; ++i) {
    const Duration wait = schedule.WaitAfter(failures, {}, random);
    range.shortest = std::min(range.shortest, wait);
    range.longest = std::max(range.longest, wait);
  }
  return range;
}

TEST(RedialSchedule, WaitsForHalfASecondToTheIntervalAtRandom) {
  const Range waits = WaitsAfter(2, RedialSchedule(5s, 3));
  EXPECT_GE(waits.shortest, 500ms);
  EXPECT_LT(waits.shortest, 600ms);
  EXPECT_LE(waits.longest, 5s);
  EXPECT_GT(waits.longest, 4900ms);
}

TEST(RedialSchedule, WaitsForAtMostTwoSecondsAfterTheFirstFailure) {
  const Range waits = WaitsAfter(1, RedialSchedule(5s, 3));
  EXPECT_GE(waits.shortest, 500ms);
  EXPECT_LE(waits.longest, 2s);
  EXPECT_GT(waits.longest, 1900ms) << "and still at random";
}

TEST(RedialSchedule, WaitsNoLongerThanAShortInterval) {
  const Range waits = WaitsAfter(1, RedialSchedule(100ms, 3));
  EXPECT_EQ(waits.shortest, 100ms);
  EXPECT_EQ(waits.longest, 100ms);
}

TEST(RedialSchedule, WaitsForFifteenSecondsAfterTooManyFailures) {
  const RedialSchedule schedule(5s, 3);
  EXPECT_FALSE(schedule.IsRare(2));
  EXPECT_TRUE(schedule.IsRare(3));
  EXPECT_EQ(WaitsAfter(3, schedule).shortest, 15s);
  EXPECT_EQ(WaitsAfter(1000, schedule).longest, 15s);
}

TEST(RedialSchedule, IsNeverRareWithoutALimit) {
  const RedialSchedule schedule(5s, 0);
  EXPECT_FALSE(schedule.IsRare(1'000'000));
  EXPECT_LE(WaitsAfter(1'000'000, schedule).longest, 5s);
}

TEST(RedialSchedule, GivesARefusalTheTimeThatItAsksForUpToTenMinutes) {
  const RedialSchedule schedule(5s, 3);
  Random random(1);
  EXPECT_EQ(schedule.WaitAfter(1, 120s, random), 120s);
  EXPECT_EQ(schedule.WaitAfter(3, 120s, random), 120s);
  EXPECT_EQ(schedule.WaitAfter(1, 24h, random), 10min);
  EXPECT_GE(schedule.WaitAfter(1, 1ms, random), 500ms)
      << "asked for less than the hub waits anyway";
}

}  // namespace
}  // namespace pigeonhub
