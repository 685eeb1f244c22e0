// SPDX-License-Identifier: Apache-2.0

#include "cli/text/natural_order.h"

#include <charconv>
#include <optional>

namespace pigeonhub::cli {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Takes the digits from the front of `text`, without leading zeros.
std::string_view TakeDigits(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

std::strong_ordering CompareParts(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const std::string_view left = TakeDigits(a);
      const std::string_view right = TakeDigits(b);
      if (left.size() != right.size()) return left.size() <=> right.size();
      if (left != right) return left <=> right;
    } else {
      if (a.front() != b.front()) {
        return static_cast<unsigned char>(a.front()) <=> static_cast<unsigned char>(b.front());
      }
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() <=> b.size();
}

}  // namespace

std::strong_ordering CompareNaturally(std::string_view a, std::string_view b) {
  const std::optional<double> left = NumberOf(a);
  const std::optional<double> right = NumberOf(b);
  if (left && right) {
    if (*left < *right) return std::strong_ordering::less;
    if (*left > *right) return std::strong_ordering::greater;
    return a <=> b;
  }
  const std::strong_ordering order = CompareParts(a, b);
  return order == std::strong_ordering::equal ? a <=> b : order;
}

}  // namespace pigeonhub::cli
