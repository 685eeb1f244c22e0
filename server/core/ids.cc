// SPDX-License-Identifier: Apache-2.0

#include "server/core/ids.h"

namespace pigeonhub {
namespace {

constexpr int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<PeerId> PeerId::Parse(std::string_view text) {
  if (text.size() != kLength) return std::nullopt;
  for (char c : text) {
    if (HexValue(c) < 0) return std::nullopt;
  }
  PeerId id;
  std::memcpy(id.digits_.data(), text.data(), kLength);
  return id;
}

uint64_t PeerId::Prefix() const {
  uint64_t prefix = 0;
  for (size_t i = 0; i < 16; ++i)
    prefix = prefix << 4 | static_cast<uint64_t>(HexValue(digits_[i]));
  return prefix;
}

}  // namespace pigeonhub
