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

TEST(Folded, LeavesALineThatFits) {
  EXPECT_EQ(Folded("", {4, 10}), "");
  EXPECT_EQ(Folded("a   b", {2, 5}), "a   b");
  EXPECT_EQ(Folded("\u2588\u2588 \u2588\u2588", {1, 5}), "\u2588\u2588 \u2588\u2588")
      << "characters count, and not bytes";
}

TEST(Folded, GoesOnBelowTheText) {
  EXPECT_EQ(Folded("ab  cd ef gh", {4, 9}), "ab  cd ef\n    gh");
  EXPECT_EQ(Folded("ab  cd ef gh", {4, 8}), "ab  cd\n    ef\n    gh");
}

TEST(Folded, BreaksNoWordAndNoColumn) {
  EXPECT_EQ(Folded("ab  longer-than-that x", {4, 8}), "ab  longer-than-that\n    x");
  EXPECT_EQ(Folded("a b c d", {6, 4}), "a b c d") << "all of it stands in the indent";
}

}  // namespace
}  // namespace pigeonhub
