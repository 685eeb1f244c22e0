// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/units.h"

#include <gtest/gtest.h>

#include <chrono>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

TEST(Units, ReadDurations) {
  EXPECT_EQ(ParseDuration("250ms"), 250ms);
  EXPECT_EQ(ParseDuration("5s"), 5s);
  EXPECT_EQ(ParseDuration("2m"), 2min);
  EXPECT_EQ(ParseDuration("1h"), 1h);
  EXPECT_EQ(ParseDuration("30000"), 30s) << "the reference server's milliseconds";
  EXPECT_EQ(ParseDuration("0"), 0s);
}

TEST(Units, ReadSizes) {
  EXPECT_EQ(ParseSize("1MiB"), 1048576u);
  EXPECT_EQ(ParseSize("64kib"), 65536u);
  EXPECT_EQ(ParseSize("2GiB"), 2147483648u);
  EXPECT_EQ(ParseSize("1MB"), 1000000u);
  EXPECT_EQ(ParseSize("3kB"), 3000u);
  EXPECT_EQ(ParseSize("7B"), 7u);
  EXPECT_EQ(ParseSize("1000"), 1000u);
}

TEST(Units, RefuseTheRest) {
  for (const char* text :
       {"", "s", "5 s", " 5s", "5s ", "-5s", "+5s", "1.5s", "5S5", "5d", "1m30s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
  for (const char* text : {"", "MiB", "1 MiB", "-1", "1M", "0x10", "1.5MiB", "1MiBs"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
}

TEST(Units, RefuseWhatDoesNotFit) {
  EXPECT_EQ(ParseSize("18446744073709551615"), 18446744073709551615u);
  EXPECT_EQ(ParseSize("18446744073709551616"), std::nullopt);
  EXPECT_EQ(ParseSize("17179869184GiB"), std::nullopt);
  EXPECT_EQ(ParseDuration("9223372036854"), std::chrono::milliseconds(9223372036854));
  EXPECT_EQ(ParseDuration("9223372036855"), std::nullopt);
  EXPECT_EQ(ParseDuration("2562048h"), std::nullopt);
}

TEST(Units, AreWrittenAsTheyAreRead) {
  EXPECT_EQ(FormatDuration(30s), "30s");
  EXPECT_EQ(FormatDuration(90s), "90s");
  EXPECT_EQ(FormatDuration(2h), "2h");
  EXPECT_EQ(FormatDuration(1500ms), "1500ms");
  EXPECT_EQ(FormatDuration(0s), "0");
  EXPECT_EQ(FormatSize(1 << 20), "1MiB");
  EXPECT_EQ(FormatSize(1000), "1000");
  EXPECT_EQ(FormatSize(0), "0");
}

}  // namespace
}  // namespace pigeonhub
