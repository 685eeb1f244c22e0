// SPDX-License-Identifier: Apache-2.0

#include "server/wire/target.h"

namespace pigeonhub::wire {
namespace {

int HexDigitOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A "%" that two hexadecimal digits do not follow stays as it is, as in URLSearchParams.
std::string FormDecoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && HexDigitOf(text[i + 1]) >= 0 &&
        HexDigitOf(text[i + 2]) >= 0) {
      decoded += static_cast<char>(HexDigitOf(text[i + 1]) * 16 + HexDigitOf(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

// Most of what stands in a query is spelt as it is meant.
bool IsPlain(std::string_view text) {
  return text.find('%') == std::string_view::npos && text.find('+') == std::string_view::npos;
}

// Takes the text up to `separator` off the front of `rest`, and the separator with it.
std::string_view TakeUntil(char separator, std::string_view& rest) {
  const size_t end = rest.find(separator);
  const std::string_view taken = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return taken;
}

// Takes the first field off the front of a query.
std::string_view TakeField(std::string_view& query) {
  const size_t appended = query.find("?peerId=");
  return appended < query.find('&') ? TakeUntil('?', query) : TakeUntil('&', query);
}

}  // namespace

std::string FieldOfTarget(std::string_view target, std::string_view field) {
  std::string_view query = target.substr(0, target.find('#'));
  TakeUntil('?', query);
  while (!query.empty()) {
    std::string_view value = TakeField(query);
    const std::string_view name = TakeUntil('=', value);
    const bool is_it = IsPlain(name) ? name == field : FormDecoded(name) == field;
    if (!is_it) continue;
    return IsPlain(value) ? std::string(value) : FormDecoded(value);
  }
  return {};
}

}  // namespace pigeonhub::wire
