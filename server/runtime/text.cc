// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/text.h"

#include <algorithm>
#include <cstdint>

namespace pigeonhub {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kWhiteSpace = " \t\r\n\v\f";

struct Character {
  uint32_t code_point = 0;
  size_t length = 1;  // bytes
  bool valid = false;
};

// The character `text` begins with; `text` is not empty.
Character FirstCharacter(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  size_t length = 0;
  uint32_t lowest = 0;  // that is not an overlong form
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2, lowest = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3, lowest = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4, lowest = 0x10000;
  }
  if (length == 0 || text.size() < length) return {};
  uint32_t code_point = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code_point = code_point << 6 | (byte(i) & 0x3Fu);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < lowest || surrogate || code_point > 0x10FFFF) return {};
  return {code_point, length, true};
}

bool IsControl(uint32_t c) {
  const bool c0_or_c1 = c < 0x20 || (c >= 0x7F && c <= 0x9F);
  const bool line_or_direction =
      (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return c0_or_c1 || line_or_direction;
}

void AppendUnicodeEscape(std::string& out, uint32_t code_point) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(code_point >> shift) & 0xF];
}

}  // namespace

void AppendEscaped(std::string& out, std::string_view text, size_t limit) {
  size_t position = 0;
  while (position < text.size()) {
    const Character character = FirstCharacter(text.substr(position));
    if (position + character.length > limit) {
      out += kEllipsis;
      return;
    }
    const std::string_view bytes = text.substr(position, character.length);
    position += character.length;
    if (!character.valid) {
      out += kReplacement;
    } else if (character.code_point == '"' || character.code_point == '\\') {
      out += '\\';
      out += bytes;
    } else if (character.code_point == '\n') {
      out += "\\n";
    } else if (IsControl(character.code_point)) {
      AppendUnicodeEscape(out, character.code_point);
    } else {
      out += bytes;
    }
  }
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  AppendEscaped(out, text);
  out += '"';
  return out;
}

bool IsWord(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_.:/[]*").find(c) != std::string_view::npos;
  });
}

std::string Shown(std::string_view value) {
  return IsWord(value) ? std::string(value) : Quoted(value);
}

bool IsPlainText(std::string_view text) {
  while (!text.empty()) {
    const Character character = FirstCharacter(text);
    if (!character.valid || IsControl(character.code_point)) return false;
    text.remove_prefix(character.length);
  }
  return true;
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

}  // namespace pigeonhub
