// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "cli/text/display.h"
#include "cli/text/name.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

TEST(DisplayWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(DisplayWidth("Grüße"), 5u);
  EXPECT_EQ(DisplayWidth("鳩"), 2u);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1u);
  EXPECT_EQ(DisplayWidth("می\u200Cخواهم"), 7u);
}

TEST(Truncated, EndsInAnEllipsisWithinTheWidth) {
  EXPECT_EQ(Truncated("chatroom", 8), "chatroom");
  EXPECT_EQ(Truncated("chatrooms", 8), "chatroo…");
  EXPECT_EQ(Truncated("鳩鳩鳩", 4), "鳩…") << "half a character is none";
  EXPECT_EQ(Truncated("chat", 0), "");
}

TEST(PrintedName, IsReadBackWhateverTheNameIs) {
  for (const std::string name :
       {"chat", "می\u200Cخواهم", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "a b\\c",
        "\u202Egpj.exe", "a\nb\x1b[2J\x7f", "\u061C\u2066\uFEFF", "\\u202e", "\\\\u202e",
        "\\u005cu202e", "\\u", "\\u12", "\\u12g4", "\\ud800", "\\"}) {
    const std::string printed = PrintedName(name);
    EXPECT_EQ(NameOf(printed), name) << printed;
    EXPECT_EQ(Displayable(printed), printed);
  }
  EXPECT_EQ(NameOf(PrintedName(std::string(1, '\0'))), std::string(1, '\0'));
}

TEST(PrintedName, IsTheNameItselfUnlessItCouldDeceive) {
  EXPECT_EQ(PrintedName("می\u200Cخواهم"), "می\u200Cخواهم");
  EXPECT_EQ(PrintedName("a\\b"), "a\\b");
  EXPECT_EQ(PrintedName("a\u202Eb"), "a\\u202eb");
  EXPECT_EQ(PrintedName("a\\u202eb"), "a\\u005cu202eb");
}

}  // namespace
}  // namespace pigeonhub::cli
