// SPDX-License-Identifier: Apache-2.0

#include "cli/text/name.h"

#include <charconv>
#include <cstdint>
#include <optional>

#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kEscapeSize = std::string_view("\\u005c").size();

// The character for the escape at the beginning of `text`.
std::optional<uint16_t> EscapeAt(std::string_view text) {
  if (!text.starts_with("\\u") || text.size() < kEscapeSize) return std::nullopt;
  uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + kEscapeSize, value, 16);
  if (error != std::errc() || end != text.data() + kEscapeSize) return std::nullopt;
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return surrogate ? std::nullopt : std::optional(value);
}

void AppendUtf8(std::string& out, uint16_t character) {
  const auto tail = [&](int shift) {
    out += static_cast<char>(0x80 | (character >> shift & 0x3F));
  };
  if (character < 0x80) {
    out += static_cast<char>(character);
  } else if (character < 0x800) {
    out += static_cast<char>(0xC0 | character >> 6);
    tail(0);
  } else {
    out += static_cast<char>(0xE0 | character >> 12);
    tail(6);
    tail(0);
  }
}

}  // namespace

std::string PrintedName(std::string_view name) {
  std::string unambiguous;
  for (size_t i = 0; i < name.size(); ++i) {
    if (EscapeAt(name.substr(i))) {
      AppendUnicodeEscape(unambiguous, '\\');
    } else {
      unambiguous += name[i];
    }
  }
  return Displayable(unambiguous);
}

std::string NameOf(std::string_view printed) {
  std::string name;
  for (size_t i = 0; i < printed.size(); ++i) {
    if (const auto character = EscapeAt(printed.substr(i))) {
      AppendUtf8(name, *character);
      i += kEscapeSize - 1;
    } else {
      name += printed[i];
    }
  }
  return name;
}

}  // namespace pigeonhub::cli
