// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <bit>
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
    return std::memcmp(a.digits_.data(), b.digits_.data(), kLength) <=> 0;
  }
  // The digits as numbers, for hashes. Their value is that of this machine's byte order.
  using Words = std::array<uint64_t, kLength / sizeof(uint64_t)>;
  Words words() const { return std::bit_cast<Words>(digits_); }

  // Clients choose their ids, so all of it counts; and Abseil's hash has a secret of the process.
  template <typename H>
  friend H AbslHashValue(H h, const PeerId& id) {
    const Words words = id.words();
    return H::combine(std::move(h), words[0], words[1], words[2], words[3], words[4]);
  }

 private:
  std::array<char, kLength> digits_;
};

}  // namespace pigeonhub
