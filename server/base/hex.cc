// SPDX-License-Identifier: Apache-2.0

#include "server/base/hex.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

std::string ToHex(std::string_view bytes) {
  return absl::BytesToHexString({bytes.data(), bytes.size()});
}

std::optional<std::string> FromHex(std::string_view digits) {
  const std::string lower = absl::AsciiStrToLower({digits.data(), digits.size()});
  // absl takes any characters for digits, so they are checked first.
  if (lower.size() % 2 != 0 || !IsLowerHex(lower, lower.size())) return std::nullopt;
  return absl::HexStringToBytes(lower);
}

bool IsLowerHex(std::string_view text, size_t digits) {
  return text.size() == digits && text.find_first_not_of(kDigits) == std::string_view::npos;
}

}  // namespace pigeonhub
