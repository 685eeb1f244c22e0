// SPDX-License-Identifier: Apache-2.0

#include "server/core/ids.h"

namespace pigeonhub {
namespace {

// Of a hexadecimal digit.
constexpr uint64_t ValueOf(char digit) {
  const auto c = static_cast<uint8_t>(digit);
  return (c & 0xfu) + (c >> 6) * 9u;
}

// The top bit of each byte.
constexpr uint64_t kTops = 0x8080808080808080;

// Each byte of `bytes` with its top bit set if its other bits are at least `least`.
constexpr uint64_t AtLeast(uint64_t bytes, uint8_t least) {
  return (bytes & ~kTops) + (0x80u - least) * 0x0101010101010101u;
}

// Eight digits at once: every signal names a peer.
constexpr bool AllHex(uint64_t bytes) {
  const uint64_t lower = bytes | 0x2020202020202020;
  const uint64_t digits = AtLeast(bytes, '0') & ~AtLeast(bytes, '9' + 1);
  const uint64_t letters = AtLeast(lower, 'a') & ~AtLeast(lower, 'f' + 1);
  return ((digits | letters) & ~bytes & kTops) == kTops;
}

}  // namespace

std::optional<PeerId> PeerId::Parse(std::string_view text) {
  if (text.size() != kLength) return std::nullopt;
  std::optional<PeerId> id(std::in_place);
  std::memcpy(id->digits_.data(), text.data(), kLength);
  bool all_hex = true;
  for (const uint64_t word : id->words()) all_hex &= AllHex(word);
  if (!all_hex) id.reset();
  return id;
}

uint64_t PeerId::Prefix() const {
  uint64_t prefix = 0;
  for (size_t i = 0; i < 16; ++i) prefix = prefix << 4 | ValueOf(digits_[i]);
  return prefix;
}

}  // namespace pigeonhub
