// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "cli/text/display.h"
#include "cli/text/duration.h"
#include "cli/text/name.h"
#include "cli/text/suggestion.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

using namespace std::chrono_literals;

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

TEST(ParseDuration, TakesUnitsAndSumsOfThem) {
  EXPECT_EQ(ParseDuration("250ms"), 250ms);
  EXPECT_EQ(ParseDuration("0s"), 0s);
  EXPECT_EQ(ParseDuration("1h30m"), 90min);
  EXPECT_EQ(ParseDuration("7d"), 168h);
}

TEST(ParseDuration, RefusesEverythingElse) {
  for (const char* text : {"", "5", "s", "5 s", "-5s", "5S", "1m1h", "1s1s", "5sx", "99999999999d",
                           "99999999999999999999s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
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

TEST(Nearest, FindsSlipsOfTheFinger) {
  const std::vector<std::string> nouns = {"stats", "peers", "hubs", "events", "namespaces"};
  EXPECT_EQ(Nearest("peer", nouns), "peers");
  EXPECT_EQ(Nearest("stast", nouns), "stats");
  EXPECT_EQ(Nearest("namespcaes", nouns), "namespaces");
  EXPECT_EQ(Nearest("names", nouns), "namespaces") << "a beginning";
}

TEST(Nearest, SuggestsNothingThatIsFarOff) {
  EXPECT_EQ(Nearest("frobnicate", {"stats", "peers"}), "");
  EXPECT_EQ(Nearest("x", {"xy"}), "");
  EXPECT_EQ(DidYouMean("zzz", {"abc"}), "");
}

}  // namespace
}  // namespace pigeonhub::cli
