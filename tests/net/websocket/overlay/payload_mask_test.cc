// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <websocketpp/processors/hybi13.hpp>
// Nothing but the overlay's copy of hybi13.hpp can have included the overlay's masking.
#ifndef WEBSOCKETPP_PAYLOAD_MASK_HPP
#error "hybi13.hpp is not the overlay's, or the substitution found nothing to replace"
#endif

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include <websocketpp/config/core.hpp>

namespace {

namespace frame = websocketpp::frame;

constexpr std::array<uint8_t, 4> kKey = {0x37, 0xFA, 0x21, 0x3D};

size_t PreparedKey() {
  frame::masking_key_type key;
  std::copy(kKey.begin(), kKey.end(), key.c);
  return frame::prepare_masking_key(key);
}

std::vector<uint8_t> Ramp(size_t size) {
  std::vector<uint8_t> bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 7);
  return bytes;
}

TEST(PayloadMask, IsRfc6455MaskingForEveryLengthAndAlignment) {
  for (size_t offset = 0; offset < 8; ++offset) {
    for (size_t length = 0; length < 70; ++length) {
      std::vector<uint8_t> bytes = Ramp(offset + length + 8);
      std::vector<uint8_t> expected = bytes;
      for (size_t i = 0; i < length; ++i) expected[offset + i] ^= kKey[i % 4];
      bool ascii = false;
      frame::payload_mask_circ(bytes.data() + offset, length, PreparedKey(), ascii);
      ASSERT_EQ(bytes, expected) << "offset " << offset << ", length " << length;
    }
  }
}

TEST(PayloadMask, CarriesTheKeyOverFromPieceToPiece) {
  for (size_t first = 0; first <= 40; ++first) {
    for (size_t second = first; second <= 40; ++second) {
      std::vector<uint8_t> whole = Ramp(40);
      std::vector<uint8_t> pieces = whole;
      bool ascii = false;
      frame::payload_mask_circ(whole.data(), whole.size(), PreparedKey(), ascii);
      size_t key = frame::payload_mask_circ(pieces.data(), first, PreparedKey(), ascii);
      key = frame::payload_mask_circ(pieces.data() + first, second - first, key, ascii);
      frame::payload_mask_circ(pieces.data() + second, pieces.size() - second, key, ascii);
      ASSERT_EQ(pieces, whole) << "split at " << first << " and " << second;
    }
  }
}

TEST(PayloadMask, TellsWhetherAllThatIsUnmaskedIsAscii) {
  for (size_t length = 0; length < 150; ++length) {
    std::vector<uint8_t> text(length, 'a');
    bool ascii = false;
    frame::payload_mask_circ(text.data(), length, PreparedKey(), ascii);
    frame::payload_mask_circ(text.data(), length, PreparedKey(), ascii);
    EXPECT_TRUE(ascii) << length;
    for (size_t at = 0; at < length; ++at) {
      std::vector<uint8_t> wide(length, 'a');
      wide[at] = 0x80;
      frame::payload_mask_circ(wide.data(), length, PreparedKey(), ascii);
      frame::payload_mask_circ(wide.data(), length, PreparedKey(), ascii);
      EXPECT_FALSE(ascii) << length << ", at " << at;
    }
  }
}

// A whole masked text frame through the processor, cut in two at every byte.
TEST(PayloadMask, UnmasksInTheProcessorWhereverTheReadEnds) {
  using Config = websocketpp::config::core;
  const std::string text = "{\"type\":\"announce\",\"data\":{\"name\":\"\xF0\x9F\x95\x8A\"}}";
  std::vector<uint8_t> wire = {0x81, static_cast<uint8_t>(0x80 | text.size())};
  wire.insert(wire.end(), kKey.begin(), kKey.end());
  for (size_t i = 0; i < text.size(); ++i)
    wire.push_back(static_cast<uint8_t>(text[i]) ^ kKey[i % 4]);

  for (size_t split = 1; split < wire.size(); ++split) {
    auto messages = std::make_shared<Config::con_msg_manager_type>();
    Config::rng_type random;
    websocketpp::processor::hybi13<Config> processor(false, true, messages, random);
    std::vector<uint8_t> bytes = wire;
    websocketpp::lib::error_code error;
    ASSERT_EQ(processor.consume(bytes.data(), split, error), split);
    ASSERT_FALSE(error || processor.ready());
    ASSERT_EQ(processor.consume(bytes.data() + split, bytes.size() - split, error),
              bytes.size() - split);
    ASSERT_FALSE(error);
    ASSERT_TRUE(processor.ready());
    EXPECT_EQ(processor.get_message()->get_payload(), text) << "split at " << split;
  }
}

}  // namespace
