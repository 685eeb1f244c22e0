// SPDX-License-Identifier: Apache-2.0

#include "server/base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "server/base/characters.h"

namespace pigeonhub {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// The characters of one byte that JSON takes between quotes as they are.
constexpr std::array<bool, 256> kPlainInJson = [] {
  std::array<bool, 256> plain{};
  for (size_t c = 0x20; c < 0x80; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

// How many of them come first.
size_t PlainInJson(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && kPlainInJson[static_cast<uint8_t>(text[count])]) ++count;
  return count;
}

// The escapes of one letter that JSON has for controls; empty for the others.
std::string_view ShortEscape(char c) {
  switch (c) {
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {};
  }
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
    } else if (IsDeceptive(character.code_point)) {
      AppendUnicodeEscape(out, character.code_point);
    } else {
      out += bytes;
    }
  }
}

void AppendJsonEscaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const size_t plain = PlainInJson(text);
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const Character character = FirstCharacter(text);
    const std::string_view bytes = text.substr(0, character.length);
    text.remove_prefix(character.length);
    if (!character.valid) {
      out += kReplacement;
    } else if (character.code_point == '"' || character.code_point == '\\') {
      out += '\\';
      out += bytes;
    } else if (character.code_point >= 0x20) {
      out += bytes;
    } else if (const std::string_view escape = ShortEscape(bytes.front()); !escape.empty()) {
      out += escape;
    } else {
      AppendUnicodeEscape(out, character.code_point);
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
    if (!character.valid || IsDeceptive(character.code_point)) return false;
    text.remove_prefix(character.length);
  }
  return true;
}

bool IsPlainName(std::string_view text, size_t most) {
  return !text.empty() && text.size() <= most && IsPlainText(text);
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase({a.data(), a.size()}, {b.data(), b.size()});
}

std::string_view Trimmed(std::string_view text) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace({text.data(), text.size()});
  return {trimmed.data(), trimmed.size()};
}

}  // namespace pigeonhub
