// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/toml.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace pigeonhub {
namespace {

// The values of the only entry in `text`, or the error.
std::vector<std::string> ValuesOf(std::string_view text) {
  const auto file = ParseToml(text, "f");
  if (!file.ok()) return {std::string(file.status().message())};
  return file->entries.size() == 1 ? file->entries.front().values
                                   : std::vector<std::string>{"not one entry"};
}

std::string ErrorOf(std::string_view text) {
  const auto file = ParseToml(text, "hub.toml");
  return file.ok() ? "no error" : std::string(file.status().message());
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
  const auto file = ParseToml("\xEF\xBB\xBF\"port\" = 1\r\n\r\nhost = 'x'\r\n", "f");
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->entries.size(), 2u);
  EXPECT_EQ(file->entries[0].key, "port");
  EXPECT_EQ(file->entries[1].key, "host");
  EXPECT_EQ(file->entries[1].line, 3);
}

TEST(Toml, ReadsSectionsInTheOrderOfTheirLines) {
  const auto file = ParseToml("port = 1\n[app.\"b:*\"]\nn = 2\nl = ['x']\n[app.a]\n", "f");
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_EQ(file->entries.size(), 1u);
  ASSERT_EQ(file->sections.size(), 2u);
  EXPECT_EQ(file->sections[0].kind, "app");
  EXPECT_EQ(file->sections[0].name, "b:*");
  EXPECT_EQ(file->sections[0].line, 2);
  ASSERT_EQ(file->sections[0].entries.size(), 2u);
  EXPECT_EQ(file->sections[0].entries[0].key, "n");
  EXPECT_EQ(file->sections[0].entries[1].line, 4);
  EXPECT_TRUE(file->sections[0].entries[1].is_list);
  EXPECT_EQ(file->sections[1].name, "a");
  EXPECT_EQ(file->sections[1].line, 5);
}

TEST(Toml, SaysWhatIsWrongAndWhere) {
  // Where it is, and a word of what: the sentences about broken TOML are toml++'s.
  const std::tuple<std::string_view, std::string_view, std::string_view> kCases[] = {
      {"\nhost = localhost", "hub.toml:2: ", "value"},
      {"port", "hub.toml:1: ", "key-value pair"},
      {"port =", "hub.toml:1: ", "end-of-file"},
      {"port = 1 2", "hub.toml:1: ", "'2'"},
      {"port = 1\nhub = true\nport = 2", "hub.toml:3: ", "port"},
      {"l = [1, 2", "hub.toml:1: ", "end-of-file"},
      {"s = \"a\nb\"", "hub.toml:", "string"},
      {"s = \"\\x\"", "hub.toml:1: ", "escape"},
      {"s = \"\\ud800\"", "hub.toml:1: ", "unicode"},
      {"s = \"\xff\"", "hub.toml:1: ", "utf-8"},
  };
  for (const auto& [text, place, word] : kCases) {
    std::string error = ErrorOf(text);
    EXPECT_EQ(error.substr(0, place.size()), place) << text;
    std::transform(error.begin(), error.end(), error.begin(), ::tolower);
    EXPECT_NE(error.find(word), std::string::npos) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
}

TEST(Toml, RefusesWhatNoSettingIs) {
  EXPECT_EQ(ErrorOf("n = 1.5"), "hub.toml:1: n: takes a string, a whole number, true or false");
  EXPECT_EQ(ErrorOf("d = 2026-01-01"),
            "hub.toml:1: d: takes a string, a whole number, true or false");
  EXPECT_EQ(ErrorOf("l = [[1]]"), "hub.toml:1: l: takes a string, a whole number, true or false");
  EXPECT_EQ(ErrorOf("\n[server]\nport = 1"),
            "hub.toml:3: port: stands in no table of the form [server.\"NAME\"]");
  EXPECT_EQ(ErrorOf("a.b = 1"), "hub.toml:1: b: stands in no table of the form [a.\"NAME\"]");
  EXPECT_EQ(ErrorOf("[[a]]\nb = 1"), "hub.toml:1: a: tables here are written [a.\"NAME\"]");
  EXPECT_EQ(ErrorOf("[a.b.c]\nd = 1"),
            "hub.toml:1: c: there is no table here; put a name with dots in quotes, as in "
            "[a.\"NAME\"]");
  EXPECT_EQ(ErrorOf("[a.b]\nc = 1.5"),
            "hub.toml:2: c: takes a string, a whole number, true or false");
}

}  // namespace
}  // namespace pigeonhub
