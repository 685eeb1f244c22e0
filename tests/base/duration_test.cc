// SPDX-License-Identifier: Apache-2.0

#include "server/base/duration.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

std::optional<std::chrono::nanoseconds> Parse(std::string_view text) {
  return ParseDuration(text, PlainNumber::kRefused);
}

TEST(ParseDuration, TakesUnitsAndSumsOfThem) {
  EXPECT_EQ(Parse("250ms"), 250ms);
  EXPECT_EQ(Parse("5s"), 5s);
  EXPECT_EQ(Parse("0s"), 0s);
  EXPECT_EQ(Parse("2m"), 2min);
  EXPECT_EQ(Parse("1m30s"), 90s);
  EXPECT_EQ(Parse("1h30m"), 90min);
  EXPECT_EQ(Parse("1H30M"), 90min);
  EXPECT_EQ(Parse("1s500ms"), 1500ms);
  EXPECT_EQ(Parse("7d"), 168h);
  EXPECT_EQ(Parse("36500d"), 876000h) << "a hundred years";
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text :
       {"", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "1.5s", "5sx", "1m1h", "1s1s", "1m30", "1us",
        "36501d", "36500d1ms", "99999999999d", "99999999999999999999s"}) {
    EXPECT_EQ(Parse(text), std::nullopt) << text;
    EXPECT_EQ(ParseDuration(text, PlainNumber::kMilliseconds), std::nullopt) << text;
  }
}

TEST(ParseDuration, TakesAPlainNumberForMillisecondsOnlyWhereThatIsMeant) {
  EXPECT_EQ(ParseDuration("30000", PlainNumber::kMilliseconds), 30s);
  EXPECT_EQ(ParseDuration("0", PlainNumber::kMilliseconds), 0s);
  EXPECT_EQ(ParseDuration("3153600000000", PlainNumber::kMilliseconds), 876000h);
  EXPECT_EQ(ParseDuration("3153600000001", PlainNumber::kMilliseconds), std::nullopt);
  EXPECT_EQ(ParseDuration("5", PlainNumber::kRefused), std::nullopt);
}

TEST(FormatDuration, IsReadBack) {
  for (const auto& [duration, text] : {std::pair<std::chrono::nanoseconds, const char*>{30s, "30s"},
                                       {90s, "90s"},
                                       {2h, "2h"},
                                       {48h, "48h"},
                                       {1500ms, "1500ms"},
                                       {0s, "0"}}) {
    EXPECT_EQ(FormatDuration(duration), text);
    EXPECT_EQ(ParseDuration(text, PlainNumber::kMilliseconds), duration);
  }
  EXPECT_EQ(FormatDuration(1999us), "1ms");
}

TEST(RoughDuration, ShowsTheTwoLargestUnits) {
  EXPECT_EQ(RoughDuration(42s), "42s");
  EXPECT_EQ(RoughDuration(5min + 12s), "5m12s");
  EXPECT_EQ(RoughDuration(3h + 2min + 59s), "3h2m");
  EXPECT_EQ(RoughDuration(26h), "1d2h");
  EXPECT_EQ(RoughDuration(1h + 5s), "1h");
  EXPECT_EQ(RoughDuration(-3s), "0s");
}

TEST(MeasuredDuration, HasThreeDigits) {
  EXPECT_EQ(MeasuredDuration(123us), "0.12ms");
  EXPECT_EQ(MeasuredDuration(4560us), "4.56ms");
  EXPECT_EQ(MeasuredDuration(78900us), "78.9ms");
  EXPECT_EQ(MeasuredDuration(123ms), "123ms");
  EXPECT_EQ(MeasuredDuration(1230ms), "1.23s");
}

}  // namespace
}  // namespace pigeonhub
