// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/frame.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pigeonhub::net {
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

// The masked "Hello" of RFC 6455 5.7, and lengths around the word that masking works in.
TEST(MaskedFrame, HasTheMaskBitTheKeyAndEveryByteMasked) {
  constexpr uint32_t kKey = 0x3d21fa37;  // 37 fa 21 3d in memory
  std::string hello = "x";
  AppendMaskedFrame("\x81\x05"sv, "Hello", kKey, hello);
  EXPECT_EQ(hello, "x\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"sv);

  for (size_t size = 0; size < 40; ++size) {
    const std::string payload(size, 'p');
    std::string frame;
    AppendMaskedFrame({"\x81\x00", 2}, payload, kKey, frame);
    ASSERT_EQ(frame.size(), 6 + size);
    std::string unmasked;
    for (size_t i = 0; i < size; ++i) unmasked += frame[6 + i] ^ frame[2 + i % 4];
    EXPECT_EQ(unmasked, payload);
  }
}

}  // namespace
}  // namespace pigeonhub::net
