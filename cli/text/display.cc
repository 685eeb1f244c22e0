// SPDX-License-Identifier: Apache-2.0

#include "cli/text/display.h"

#include <cstdint>
#include <cstdio>

namespace pigeonhub::cli {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
constexpr std::string_view kEllipsis = "…";

// Takes one character off the front of `text`, which is not empty.
uint32_t TakeCharacter(std::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const size_t size = first < 0x80           ? 1
                      : (first >> 5) == 0x6  ? 2
                      : (first >> 4) == 0xE  ? 3
                      : (first >> 3) == 0x1E ? 4
                                             : 0;
  uint32_t character = size < 2 ? first : first & (0x7F >> size);
  bool valid = size != 0 && size <= text.size();
  for (size_t i = 1; valid && i < size; ++i) {
    valid = (byte(i) & 0xC0) == 0x80;
    character = (character << 6) | (byte(i) & 0x3F);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  valid = valid && character >= kSmallest[size] && character <= 0x10FFFF &&
          (character < 0xD800 || character > 0xDFFF);
  text.remove_prefix(valid ? size : 1);
  return valid ? character : kReplacement;
}

void AppendCharacter(std::string& out, uint32_t character) {
  if (character < 0x80) {
    out += static_cast<char>(character);
    return;
  }
  const int more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
  out += static_cast<char>((0xFF00 >> (more + 1)) | (character >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) {
    out += static_cast<char>(0x80 | ((character >> (6 * i)) & 0x3F));
  }
}

bool In(uint32_t character, uint32_t first, uint32_t last) {
  return character >= first && character <= last;
}

bool IsUnfit(uint32_t c) {
  return c < 0x20 || In(c, 0x7F, 0x9F) || In(c, 0x200B, 0x200F) || In(c, 0x2028, 0x202E) ||
         In(c, 0x2060, 0x2069) || c == 0x61C || c == 0xFEFF;
}

size_t WidthOf(uint32_t c) {
  if (In(c, 0x300, 0x36F) || In(c, 0xFE00, 0xFE0F)) return 0;
  const bool wide = In(c, 0x1100, 0x115F) || In(c, 0x2E80, 0xA4CF) || In(c, 0xAC00, 0xD7A3) ||
                    In(c, 0xF900, 0xFAFF) || In(c, 0xFE30, 0xFE6F) || In(c, 0xFF00, 0xFF60) ||
                    In(c, 0xFFE0, 0xFFE6) || In(c, 0x1F300, 0x1F64F) || In(c, 0x1F900, 0x1F9FF) ||
                    In(c, 0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

}  // namespace

std::string Displayable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const uint32_t character = TakeCharacter(text);
    if (IsUnfit(character)) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04X", static_cast<unsigned>(character));
      out += escape;
    } else {
      AppendCharacter(out, character);
    }
  }
  return out;
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) width += WidthOf(TakeCharacter(text));
  return width;
}

std::string Truncated(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::string_view rest = text;
  size_t used = 0;
  while (true) {
    std::string_view after = rest;
    used += WidthOf(TakeCharacter(after));
    if (used > width - 1) break;
    rest = after;
  }
  return std::string(text.substr(0, text.size() - rest.size())).append(kEllipsis);
}

}  // namespace pigeonhub::cli
