// SPDX-License-Identifier: Apache-2.0

#include "server/base/wrapping.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

std::string Wrapped(std::string out, std::string_view text, Margins margins) {
  const size_t column = out.size();
  AppendWrapped(out, text, column, margins);
  return out;
}

TEST(AppendWrapped, BreaksBetweenWords) {
  EXPECT_EQ(Wrapped("", "to be or not to be", {.indent = 0, .width = 9}), "to be or\nnot to be\n");
  EXPECT_EQ(Wrapped("  x ", "to be or not", {.indent = 4, .width = 10}), "  x to be\n    or not\n");
  EXPECT_EQ(Wrapped("  longer  ", "or not", {.indent = 4, .width = 13}), "  longer  or\n    not\n");
  EXPECT_EQ(Wrapped("", "", {}), "\n");
}

TEST(AppendWrapped, BreaksNoWord) {
  EXPECT_EQ(Wrapped("", "a pigeonhub b", {.indent = 0, .width = 5}), "a\npigeonhub\nb\n");
}

}  // namespace
}  // namespace pigeonhub
