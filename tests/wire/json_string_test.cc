// SPDX-License-Identifier: Apache-2.0
#include "server/wire/json_string.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <string>
#include <string_view>

namespace pigeonhub::wire {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(text, out);
  return out;
}

TEST(JsonString, EscapesLikeJsonStringify) {
  EXPECT_EQ(Quoted(""), R"("")");
  EXPECT_EQ(Quoted("plain / 'text'"), R"("plain / 'text'")");
  EXPECT_EQ(Quoted("\"\\"), R"("\"\\")");
  EXPECT_EQ(Quoted("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(Quoted(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(Quoted("\u00e9\u2028\U0001F600"), "\"\u00e9\u2028\U0001F600\"");
}

TEST(JsonString, ReplacesInvalidUtf8ByteByByte) {
  EXPECT_EQ(Quoted("a\xff\"b"), "\"a\uFFFD\\\"b\"");
  EXPECT_EQ(Quoted("\xc3"), "\"\uFFFD\"");
  EXPECT_EQ(Quoted("\xc3\n"), "\"\uFFFD\\n\"");
  EXPECT_EQ(Quoted("\xe2\x82"), "\"\uFFFD\uFFFD\"");
  EXPECT_EQ(Quoted("\x80\u00e9\xc0\xaf"), "\"\uFFFD\u00e9\uFFFD\uFFFD\"");
}

TEST(JsonString, IsValidJsonForAnyBytes) {
  std::mt19937 random(20250101);
  simdjson::dom::parser parser;
  for (int round = 0; round < 5000; ++round) {
    std::string bytes(random() % 20, '\0');
    for (char& byte : bytes) {
      // Mostly what matters: quotes, controls, leads and continuations.
      static constexpr std::string_view kPool = "a\"\\\n\x01\x7f\x80\xbf\xc3\xa9\xe2\x82\xf0\x9f";
      byte = random() % 8 == 0 ? static_cast<char>(random()) : kPool[random() % kPool.size()];
    }
    const std::string quoted = Quoted(bytes);
    std::string_view text;
    ASSERT_EQ(parser.parse(quoted).get(text), simdjson::SUCCESS) << quoted;
    if (simdjson::validate_utf8(bytes)) {
      EXPECT_EQ(text, bytes);
    }
  }
}

}  // namespace
}  // namespace pigeonhub::wire
