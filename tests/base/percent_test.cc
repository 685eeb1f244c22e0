// SPDX-License-Identifier: Apache-2.0

#include "server/base/percent.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pigeonhub {
namespace {

TEST(PercentDecoded, TakesDigitsInEitherCaseForBytes) {
  EXPECT_EQ(PercentDecoded(""), "");
  EXPECT_EQ(PercentDecoded("a+b"), "a+b");
  EXPECT_EQ(PercentDecoded("a%3Bb%2cc%25"), "a;b,c%");
  EXPECT_EQ(PercentDecoded("%00"), std::string(1, '\0'));
}

TEST(PercentDecoded, RefusesWhatIsNotTwoDigits) {
  for (const std::string_view text : {"%", "a%2", "%g0", "%%41", "% 41"}) {
    EXPECT_FALSE(PercentDecoded(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace pigeonhub
