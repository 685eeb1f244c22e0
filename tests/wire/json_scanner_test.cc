// SPDX-License-Identifier: Apache-2.0
//
// What the grammar allows and refuses is in decode_test.cc. Here the same stands at every place of
// the steps in which the scanner looks at a string.
#include "server/wire/json_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pigeonhub::wire {
namespace {

constexpr size_t kPlaces = 80;  // more than two steps

// With `spare` behind the text, which is no part of it.
bool IsValid(std::string_view json, char spare = '"') {
  std::string text(json);
  text.append(JsonScanner::kSpare, spare);
  text.resize(json.size());
  JsonScanner scanner(text);
  return scanner.Pass(kMaxLevels) && scanner.Ends();
}

std::string Unescaped(std::string_view body) {
  std::string out;
  AppendUnescaped(body, out);
  return out;
}

TEST(JsonScanner, SeesWhatIsValidAtEveryPlaceOfAString) {
  for (size_t before = 0; before < kPlaces; ++before) {
    for (const std::string_view good :
         {"", R"(\n)", R"(\r\n)", R"(\\)", R"(\\n)", R"(\\\\\r)", R"(\")", R"(\"\\\")",
          R"(\/\b\f\t)", R"(\u0041)", R"(\ud83d\ude00)", "\u00e9", "\u20ac", "\U0001F600",
          "\x7f"}) {
      for (const size_t behind : {0u, 1u, 40u}) {
        const std::string text =
            '"' + std::string(before, 'n') + std::string(good) + std::string(behind, 'r') + '"';
        EXPECT_TRUE(IsValid(text)) << text;
        EXPECT_TRUE(IsValid("[" + text + "," + text + "]")) << text;
      }
    }
  }
}

TEST(JsonScanner, SeesWhatIsNotValidAtEveryPlaceOfAString) {
  using std::string_view_literals::operator""sv;
  for (size_t before = 0; before < kPlaces; ++before) {
    for (const std::string_view bad :
         {"\n"sv, "\r"sv, "\0"sv, "\x1f"sv, R"(\x)"sv, R"(\N)"sv, "\\\n"sv, R"(\\\x)"sv,
          R"(\u004)"sv, R"(\ud83d)"sv, R"(\ude00)"sv, R"(\ud83d\n)"sv, "\xc3"sv, "\x80"sv,
          "\xed\xa0\x80"sv, "\xff"sv, R"(")"sv, R"(\\")"sv, R"(\)"sv}) {
      for (const size_t behind : {0u, 1u, 40u}) {
        const std::string text =
            '"' + std::string(before, 'n') + std::string(bad) + std::string(behind, 'x') + '"';
        EXPECT_FALSE(IsValid(text)) << text;
      }
    }
  }
}

TEST(JsonScanner, TakesNothingThatStandsBehindTheText) {
  for (size_t size = 0; size < kPlaces; ++size) {
    for (const char spare : {'"', '1', ']', 'e', ' ', 'n', '\xc3'}) {
      EXPECT_FALSE(IsValid('"' + std::string(size, 'a'), spare));
      EXPECT_FALSE(IsValid('"' + std::string(size, 'a') + '\\', spare));
      EXPECT_TRUE(IsValid('"' + std::string(size, 'a') + '"', spare));
    }
  }
  EXPECT_FALSE(IsValid("[1", ']'));
  EXPECT_FALSE(IsValid("tru", 'e'));
  EXPECT_FALSE(IsValid("-", '1'));
  EXPECT_FALSE(IsValid(R"("\u00)", '1'));
  EXPECT_TRUE(IsValid("1", '1'));
}

TEST(JsonScanner, GivesAValueAsItStood) {
  std::string text = " \t[1 , {\"a\": \"\\n\"} ] ";
  text.reserve(text.size() + JsonScanner::kSpare);
  JsonScanner scanner(text);
  EXPECT_EQ(scanner.Raw(kMaxLevels), R"([1 , {"a": "\n"} ])");
  EXPECT_TRUE(scanner.Ends());
}

TEST(JsonScanner, SaysWhatEscapesMean) {
  EXPECT_EQ(Unescaped("plain"), "plain");
  EXPECT_EQ(Unescaped(R"(\"\\\/\b\f\n\r\t.)"), "\"\\/\b\f\n\r\t.");
  EXPECT_EQ(Unescaped(R"(\u0041\u00e9\u20AC\ud83d\ude00)"), "A\u00e9\u20ac\U0001F600");
  EXPECT_EQ(Unescaped(R"(\u007f\u0080\u07ff\u0800\uffff\ud800\udc00\udbff\udfff)"),
            "\x7f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff");
  EXPECT_EQ(Unescaped(R"(a\u0000b)"), std::string("a\0b", 3));
}

}  // namespace
}  // namespace pigeonhub::wire
