// SPDX-License-Identifier: Apache-2.0

#include "server/base/json_writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace pigeonhub {
namespace {

using namespace std::string_literals;

std::string Written(auto write) {
  std::string out;
  JsonWriter json(out);
  write(json);
  return out;
}

std::string String(std::string_view text) {
  return Written([&](JsonWriter& json) { json.String(text); });
}

TEST(JsonWriter, KnowsWhereACommaBelongs) {
  EXPECT_EQ(Written([](JsonWriter& json) {
              json.BeginObject().Key("none").BeginObject().EndObject();
              json.Key("list").BeginArray().Number(1).Number(-2).BeginArray().EndArray();
              json.BeginObject().Key("a").Null().EndObject().BeginObject().EndObject().EndArray();
              json.Key("yes").Bool(true).Key("no").Bool(false);
              json.Key("raw").Raw("{}").Members("").Members(R"("b":1,"c":2)").EndObject();
            }),
            R"({"none":{},"list":[1,-2,[],{"a":null},{}],"yes":true,"no":false,"raw":{},)"
            R"("b":1,"c":2})");
}

TEST(JsonWriter, BeginsInTheMiddleWhereThatIsWanted) {
  EXPECT_EQ(Written([](JsonWriter& json) { json.Key("a").Number(1).Key("b").Word("c"); }),
            R"("a":1,"b":"c")");
}

TEST(JsonWriter, WritesNumbersThatAreReadBack) {
  const auto number = [](auto value) {
    return Written([&](JsonWriter& json) { json.Number(value); });
  };
  EXPECT_EQ(number(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(number(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(number(uint16_t{65535}), "65535");
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(-1e300), "-1e+300");
  EXPECT_EQ(number(std::nan("")), "null");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonWriter, EscapesStringsLikeJsonStringify) {
  EXPECT_EQ(String(""), R"("")");
  EXPECT_EQ(String("plain / 'text'"), R"("plain / 'text'")");
  EXPECT_EQ(String("\"\\"), R"("\"\\")");
  EXPECT_EQ(String("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(String("\0\x01\x1f\x7f"s), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(String("\u00e9\u2028\U0001F600"), "\"\u00e9\u2028\U0001F600\"");
}

TEST(JsonWriter, ReplacesInvalidUtf8ByteByByte) {
  EXPECT_EQ(String("a\xff\"b"), "\"a\uFFFD\\\"b\"");
  EXPECT_EQ(String("\xc3"), "\"\uFFFD\"");
  EXPECT_EQ(String("\xc3\n"), "\"\uFFFD\\n\"");
  EXPECT_EQ(String("\xe2\x82"), "\"\uFFFD\uFFFD\"");
  EXPECT_EQ(String("\x80\u00e9\xc0\xaf"), "\"\uFFFD\u00e9\uFFFD\uFFFD\"");
}

TEST(JsonWriter, EscapesForReadersWhatCouldDeceiveThem) {
  EXPECT_EQ(Written([](JsonWriter& json) { json.Shown("a\"\u202e\x7f\nbcd", 9); }),
            "\"a\\\"\\u202e\\u007f\\nbc…\"");
}

}  // namespace
}  // namespace pigeonhub
