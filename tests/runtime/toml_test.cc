// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/toml.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub {
namespace {

// The values of the only entry in `text`, or the error.
std::vector<std::string> ValuesOf(std::string_view text) {
  const auto entries = ParseToml(text, "f");
  if (!entries.ok()) return {std::string(entries.status().message())};
  return entries->size() == 1 ? entries->front().values : std::vector<std::string>{"not one entry"};
}

std::string ErrorOf(std::string_view text) {
  const auto entries = ParseToml(text, "hub.toml");
  return entries.ok() ? "no error" : std::string(entries.status().message());
}

using Values = std::vector<std::string>;

TEST(Toml, ReadsStringsNumbersAndBooleans) {
  EXPECT_EQ(ValuesOf("host = \"localhost\""), Values{"localhost"});
  EXPECT_EQ(ValuesOf("host='C:\\new'"), Values{"C:\\new"});
  EXPECT_EQ(ValuesOf("port = 3000"), Values{"3000"});
  EXPECT_EQ(ValuesOf("n = -1"), Values{"-1"});
  EXPECT_EQ(ValuesOf("n = 1_000_000"), Values{"1000000"});
  EXPECT_EQ(ValuesOf("hub = true"), Values{"true"});
  EXPECT_EQ(ValuesOf("s = \"\""), Values{""});
}

TEST(Toml, KeepsCommentsOutAndWhatLooksLikeOneIn) {
  EXPECT_EQ(ValuesOf("# first\n\n  port = 3000 # why\n# last"), Values{"3000"});
  EXPECT_EQ(ValuesOf("name = \"a#b,c = d\" # e"), Values{"a#b,c = d"});
}

TEST(Toml, ReadsEscapes) {
  EXPECT_EQ(ValuesOf(R"(s = "\"\\\n\t\r\b\f\u00e9\U0001F54A")"),
            Values{"\"\\\n\t\r\b\f\xC3\xA9\xF0\x9F\x95\x8A"});
}

TEST(Toml, ReadsListsOverSeveralLines) {
  EXPECT_EQ(ValuesOf("l = []"), Values{});
  EXPECT_EQ(ValuesOf("l = ['a', \"b\",]"), (Values{"a", "b"}));
  EXPECT_EQ(ValuesOf("l = [ # one\n 'a',\n\n 'b' # two\n]\n"), (Values{"a", "b"}));
}

TEST(Toml, ReadsQuotedKeysWindowsLinesAndAByteOrderMark) {
  const auto entries = ParseToml("\xEF\xBB\xBF\"port\" = 1\r\n\r\nhost = 'x'\r\n", "f");
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].key, "port");
  EXPECT_EQ((*entries)[1].key, "host");
  EXPECT_EQ((*entries)[1].line, 3);
}

TEST(Toml, SaysWhatIsWrongAndWhere) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"\nhost = localhost",
       "hub.toml:2: localhost is no whole number, true or false; if it is a text, quote it"},
      {"n = 1.5", "hub.toml:1: 1.5 is no whole number, true or false; if it is a text, quote it"},
      {"n = 1__0", "hub.toml:1: 1__0 is no whole number, true or false; if it is a text, quote it"},
      {"n = -", "hub.toml:1: - is no whole number, true or false; if it is a text, quote it"},
      {"[server]", "hub.toml:1: there are no [tables] here; keys are the flags' names"},
      {"port", "hub.toml:1: expected \"=\" after port"},
      {"a.b = 1", "hub.toml:1: expected \"=\" after a"},
      {"= 1", "hub.toml:1: expected a line like  port = 3000"},
      {"port =", "hub.toml:1: a value is missing"},
      {"port = 1 2", "hub.toml:1: unexpected text after the value of port"},
      {"port = 1\nhub = true\nport = 2", "hub.toml:3: port was already set in line 1"},
      {"l = [1, 2", "hub.toml:1: the list has no end, \"]\" is missing"},
      {"l = [1 2]", "hub.toml:1: expected \",\" or \"]\" in the list"},
      {"l = [[1]]", "hub.toml:1: [1 is no whole number, true or false; if it is a text, quote it"},
      {"s = \"a\nb\"", "hub.toml:1: the string has no end, its closing quote is missing"},
      {"s = \"a", "hub.toml:1: the string has no end, its closing quote is missing"},
      {"s = \"\\",
       "hub.toml:1: unknown escape in a string; 'single quotes' take a backslash as it is"},
      {"s = \"\\x\"",
       "hub.toml:1: unknown escape in a string; 'single quotes' take a backslash as it is"},
      {"s = \"\\u12\"", "hub.toml:1: an escape in a string is no Unicode character"},
      {"s = \"\\ud800\"", "hub.toml:1: an escape in a string is no Unicode character"},
      {"s = \"\\U00110000\"", "hub.toml:1: an escape in a string is no Unicode character"},
      {"s = \"\"\"a\"\"\"", "hub.toml:1: strings of several lines are not read here"},
  };
  for (const auto& [text, error] : kCases) EXPECT_EQ(ErrorOf(text), error) << text;
}

}  // namespace
}  // namespace pigeonhub
