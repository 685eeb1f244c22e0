// SPDX-License-Identifier: Apache-2.0

#include "server/net/loop/standstill.h"

#include <gtest/gtest.h>

#include <chrono>

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr Duration kTick = milliseconds(100);
constexpr SteadyTime kStart{minutes(7)};

TEST(Standstill, IsNoneWhileTicksAreALittleLate) {
  Standstill standstill;
  EXPECT_FALSE(standstill.TooSoon(kStart, Duration()));
  EXPECT_FALSE(standstill.TooSoon(kStart + kTick, Standstill::kShortest - milliseconds(1)));
}

TEST(Standstill, LeavesTimeToHearWhatWasSaidMeanwhile) {
  Standstill standstill;
  EXPECT_TRUE(standstill.TooSoon(kStart, minutes(1)));
  EXPECT_TRUE(standstill.TooSoon(kStart + kTick, Duration()));
  EXPECT_FALSE(standstill.TooSoon(kStart + Standstill::kCatchUp, Duration()));
  EXPECT_FALSE(standstill.TooSoon(kStart + Standstill::kCatchUp + kTick, Duration()));
}

TEST(Standstill, EndsEvenIfEveryTickIsLate) {
  Standstill standstill;
  EXPECT_TRUE(standstill.TooSoon(kStart, Standstill::kShortest));
  EXPECT_FALSE(standstill.TooSoon(kStart + Standstill::kShortest, Standstill::kShortest));
  EXPECT_TRUE(standstill.TooSoon(kStart + 2 * Standstill::kShortest, Standstill::kShortest));
}

}  // namespace
}  // namespace pigeonhub::net
