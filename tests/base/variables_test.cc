// SPDX-License-Identifier: Apache-2.0

#include "server/base/variables.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

TEST(Variables, AreReadAsTheProcessHasThem) {
  const char* const entries[] = {"A=1", "EMPTY=", "URL=ws://h?a=b", "NAMELESS", nullptr};
  EXPECT_EQ(ReadVariables(entries), (Variables{{"A", "1"}, {"EMPTY", ""}, {"URL", "ws://h?a=b"}}));
}

TEST(Variables, HaveNoWhiteSpaceAroundTheirValues) {
  const Variables variables = {{"CR", "3000\r"}, {"SPACES", " a b\t\n"}, {"BLANK", " \r\n"}};
  EXPECT_EQ(ValueOf(variables, "CR"), "3000");
  EXPECT_EQ(ValueOf(variables, "SPACES"), "a b");
  EXPECT_EQ(ValueOf(variables, "BLANK"), "");
  EXPECT_EQ(ValueOf(variables, "MISSING"), "");
}

}  // namespace
}  // namespace pigeonhub
