// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

namespace pigeonhub {

// A peer's name on the wire: exactly 40 hexadecimal digits. Case is kept and compared: "AB.." and
// "ab.." are two peers, as they are in the reference server.
class PeerId {
 public:
  static constexpr size_t kLength = 40;

  PeerId() { digits_.fill('0'); }

  // Empty unless `text` is 40 digits of [0-9a-fA-F].
  static std::optional<PeerId> Parse(std::string_view text);

  std::string_view text() const { return {digits_.data(), digits_.size()}; }

  // The first 64 bits of the id as a number, upper and lower case alike: enough to order random ids
  // by XOR distance.
  uint64_t Prefix() const;

  friend bool operator==(const PeerId& a, const PeerId& b) {
    return std::memcmp(a.digits_.data(), b.digits_.data(), kLength) == 0;
  }
  friend std::strong_ordering operator<=>(const PeerId& a, const PeerId& b) {
    return a.text() <=> b.text();
  }
  template <typename H>
  friend H AbslHashValue(H h, const PeerId& id) {
    return H::combine_contiguous(std::move(h), id.digits_.data(), kLength);
  }

 private:
  std::array<char, kLength> digits_;
};

}  // namespace pigeonhub
