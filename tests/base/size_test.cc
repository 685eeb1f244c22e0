// SPDX-License-Identifier: Apache-2.0

#include "server/base/size.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

TEST(ParseSize, TakesUnitsOfBothKinds) {
  EXPECT_EQ(ParseSize("1MiB"), 1048576u);
  EXPECT_EQ(ParseSize("64kib"), 65536u);
  EXPECT_EQ(ParseSize("2GiB"), 2147483648u);
  EXPECT_EQ(ParseSize("1MB"), 1000000u);
  EXPECT_EQ(ParseSize("3kB"), 3000u);
  EXPECT_EQ(ParseSize("7B"), 7u);
  EXPECT_EQ(ParseSize("1000"), 1000u);
  EXPECT_EQ(ParseSize("18446744073709551615"), 18446744073709551615u);
}

TEST(ParseSize, RefusesEverythingElse) {
  for (const char* text : {"", "MiB", "1 MiB", "-1", "1M", "0x10", "1.5MiB", "1MiBs",
                           "18446744073709551616", "17179869184GiB"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
}

TEST(FormatSize, IsReadBack) {
  EXPECT_EQ(FormatSize(1 << 20), "1MiB");
  EXPECT_EQ(FormatSize(1536), "1536");
  EXPECT_EQ(FormatSize(1000), "1000");
  EXPECT_EQ(FormatSize(0), "0");
}

}  // namespace
}  // namespace pigeonhub
