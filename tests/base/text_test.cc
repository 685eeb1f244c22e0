// SPDX-License-Identifier: Apache-2.0

#include "server/base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

using namespace std::string_literals;

TEST(Text, IsLeftAloneWhereItIsHarmless) {
  EXPECT_EQ(Quoted("a pigeon, \xF0\x9F\x95\x8A and a dové"),
            "\"a pigeon, \xF0\x9F\x95\x8A and a dové\"");
}

TEST(Text, EscapesWhatWouldEndTheStringOrTheLine) {
  EXPECT_EQ(Quoted("a\"b\\c\nd\re\tf"), R"("a\"b\\c\nd\u000de\u0009f")");
  EXPECT_EQ(Quoted("a\0b"s), R"("a\u0000b")");
}

TEST(Text, EscapesWhatWouldMoveTheReadersCursor) {
  EXPECT_EQ(Quoted("\x1b[2J\x7f"), R"("\u001b[2J\u007f")");
  EXPECT_EQ(Quoted("\xC2\x9B"
                   "2J"),
            R"("\u009b2J")");
  EXPECT_EQ(Quoted("\xE2\x80\xAE"
                   "gnp"),
            R"("\u202egnp")");
}

TEST(Text, ReplacesWhatIsNotUtf8ByteByByte) {
  const std::string replacement = "\xEF\xBF\xBD";
  EXPECT_EQ(Quoted("a\xFFz"), "\"a" + replacement + "z\"");
  EXPECT_EQ(Quoted("\xC0\xAF"), "\"" + replacement + replacement + "\"");
  EXPECT_EQ(Quoted("\xED\xA0\x80"), "\"" + replacement + replacement + replacement + "\"");
  EXPECT_EQ(Quoted("\xF4\x90\x80\x80"),
            "\"" + replacement + replacement + replacement + replacement + "\"");
  EXPECT_EQ(Quoted("cut \xE2\x82"), "\"cut " + replacement + replacement + "\"");
}

TEST(Text, IsCutBeforeTheCharacterThatPassesTheLimit) {
  const auto cut = [](std::string_view text, size_t limit) {
    std::string out;
    AppendEscaped(out, text, limit);
    return out;
  };
  EXPECT_EQ(cut("abcd", 4), "abcd");
  EXPECT_EQ(cut("abcde", 4), "abcd…");
  EXPECT_EQ(cut("abc\xE2\x82\xAC", 6), "abc€");
  EXPECT_EQ(cut("abc\xE2\x82\xAC", 5), "abc…");
  EXPECT_EQ(cut("\n\n\n", 2), "\\n\\n…");
}

TEST(Text, IsPlainWithoutControlsAndBrokenBytes) {
  EXPECT_TRUE(IsPlainText(""));
  EXPECT_TRUE(IsPlainText("my \"mesh\" \xF0\x9F\x95\x8A"));
  EXPECT_FALSE(IsPlainText("a\nb"));
  EXPECT_FALSE(IsPlainText("a\xC2\x85"));
  EXPECT_FALSE(IsPlainText("a\x80"));
  EXPECT_FALSE(IsPlainText("\xE2\x82"));
}

TEST(Text, IsTrimmedAtBothEnds) {
  EXPECT_EQ(Trimmed("\t a b \r\n"), "a b");
  EXPECT_EQ(Trimmed(" \n"), "");
}

}  // namespace
}  // namespace pigeonhub
