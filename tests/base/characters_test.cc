// SPDX-License-Identifier: Apache-2.0

#include "server/base/characters.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

TEST(Displayable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(Displayable("chat/room-1 Grüße 鳩 🕊"), "chat/room-1 Grüße 鳩 🕊");
}

TEST(Displayable, EscapesWhatWouldMoveTheCursorOrTurnTheLine) {
  EXPECT_EQ(Displayable("a\x1b[2Jb\n"), "a\\u001b[2Jb\\u000a");
  EXPECT_EQ(Displayable("\x7f"), "\\u007f");
  EXPECT_EQ(Displayable("\u202Egpj.exe"), "\\u202egpj.exe");
  EXPECT_EQ(Displayable("\u200B\u2066"), "\\u200b\\u2066");
}

TEST(Displayable, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(Displayable("a\xff\xc0\xaf"), "a\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(Displayable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
  EXPECT_EQ(Displayable("\xe2\x82"), "\uFFFD\uFFFD") << "cut off";
}

TEST(Displayable, EscapesWhatTurnsTheLineOrTakesNoRoom) {
  for (const uint32_t deceptive :
       {0x00u, 0x1Fu, 0x7Fu, 0x85u, 0x9Fu, 0x61Cu, 0x200Bu, 0x200Eu, 0x200Fu, 0x2028u, 0x2029u,
        0x202Au, 0x202Eu, 0x2060u, 0x2064u, 0x2066u, 0x2069u, 0x206Fu, 0xFEFFu}) {
    EXPECT_TRUE(IsDeceptive(deceptive)) << std::hex << deceptive;
  }
}

TEST(Displayable, KeepsWhatWordsAndEmojiAreMadeOf) {
  for (const char* text : {"می\u200Cخواهم", "\U0001F468\u200D\U0001F469\u200D\U0001F467", "❤\uFE0F",
                           "क्\u200Dष", "e\u0301", "שלום"}) {
    EXPECT_EQ(Displayable(text), text);
  }
}

}  // namespace
}  // namespace pigeonhub
