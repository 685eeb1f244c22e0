// SPDX-License-Identifier: Apache-2.0
// What base writes, read by the parser with which the hub reads.

#include "server/base/json_writer.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <string>
#include <string_view>

namespace pigeonhub::wire {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  JsonWriter(out).String(text);
  return out;
}

TEST(JsonWriter, WritesValidJsonWhateverTheBytes) {
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
