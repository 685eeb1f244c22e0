// SPDX-License-Identifier: Apache-2.0
#include "server/wire/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pigeonhub::wire {
namespace {

using std::string_view_literals::operator""sv;

TEST(TextFrameHeader, UsesTheShortestLengthThatFits) {
  const std::pair<size_t, std::string_view> cases[] = {
      {0, "\x81\x00"sv},
      {1, "\x81\x01"sv},
      {125, "\x81\x7d"sv},
      {126, "\x81\x7e\x00\x7e"sv},
      {1500, "\x81\x7e\x05\xdc"sv},
      {65535, "\x81\x7e\xff\xff"sv},
      {65536, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"sv},
      {0x123456789a, "\x81\x7f\x00\x00\x00\x12\x34\x56\x78\x9a"sv},
  };
  for (const auto& [size, header] : cases) {
    std::string out = "x";
    AppendTextFrameHeader(size, out);
    EXPECT_EQ(out, "x" + std::string(header)) << size;
  }
}

}  // namespace
}  // namespace pigeonhub::wire
