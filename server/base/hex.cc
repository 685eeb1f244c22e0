// SPDX-License-Identifier: Apache-2.0

#include "server/base/hex.h"

#include <array>
#include <cstdint>

#include "absl/strings/escaping.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// Of each digit, in either case; -1 for what is none.
constexpr std::array<int8_t, 256> kValues = [] {
  std::array<int8_t, 256> values{};
  values.fill(-1);
  for (int8_t value = 0; value < 16; ++value) {
    const char digit = kDigits[static_cast<size_t>(value)];
    values[static_cast<uint8_t>(digit)] = value;
    if (digit >= 'a') values[static_cast<uint8_t>(digit - 'a' + 'A')] = value;
  }
  return values;
}();

}  // namespace

std::string ToHex(std::string_view bytes) {
  return absl::BytesToHexString({bytes.data(), bytes.size()});
}

std::optional<std::string> FromHex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes(digits.size() / 2, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    const int high = kValues[static_cast<uint8_t>(digits[2 * i])];
    const int low = kValues[static_cast<uint8_t>(digits[2 * i + 1])];
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<char>(high << 4 | low);
  }
  return bytes;
}

bool IsLowerHex(std::string_view text, size_t digits) {
  return text.size() == digits && text.find_first_not_of(kDigits) == std::string_view::npos;
}

}  // namespace pigeonhub
