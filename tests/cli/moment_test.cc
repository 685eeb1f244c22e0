// SPDX-License-Identifier: Apache-2.0

#include "cli/command/moment.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace pigeonhub::cli {
namespace {

using std::chrono::system_clock;
using namespace std::chrono_literals;

// 2026-03-01T12:00:00Z
const system_clock::time_point kMoment{1772366400s};

TEST(Moment, IsSoLongAgoOrATimeOfDayOrADate) {
  const auto before = [](const char* text) {
    const auto moment = ParseMoment(text, kMoment);
    EXPECT_TRUE(moment.has_value()) << text;
    return kMoment - moment.value_or(system_clock::time_point());
  };
  EXPECT_EQ(before("10m"), 10min);
  EXPECT_EQ(before("11:30"), 30min);
  EXPECT_EQ(before("11:59:58"), 2s);
  EXPECT_EQ(before("11:59:58.5Z"), 1500ms);
  EXPECT_EQ(before("12:00"), 0s);
  EXPECT_EQ(before("14:03"), 22h - 3min) << "of yesterday: today it is not that late yet";
  EXPECT_EQ(before("2026-03-01"), 12h);
  EXPECT_EQ(before("2026-03-01T11:00:00Z"), 1h);
  EXPECT_EQ(before("2026-03-01T11:00Z"), 1h);
  EXPECT_EQ(before("2026-03-01 11:00"), 1h);
  EXPECT_EQ(before("2026-03-01T11:00:00.25"), 1h - 250ms);
  EXPECT_EQ(before("2026-03-01T13:00:00+02:00"), 1h);
}

TEST(Moment, IsNothingElse) {
  for (const char* text :
       {"", "soon", "10", "25:00", "14:60", "14", "2026-13-01", "2026-02-30", "infinite-past",
        " 10:00", "10:00 ", "2026-03-01T", "-5m", "10:00+01:00"}) {
    EXPECT_FALSE(ParseMoment(text, kMoment).has_value()) << text;
  }
}

}  // namespace
}  // namespace pigeonhub::cli
