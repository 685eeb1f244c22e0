// SPDX-License-Identifier: Apache-2.0

#include "cli/text/display.h"

#include <cstdint>

#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

constexpr std::string_view kEllipsis = "…";

// Takes one character off the front of `text`, which is not empty.
uint32_t TakeCharacter(std::string_view& text) {
  const Character character = FirstCharacter(text);
  text.remove_prefix(character.length);
  return character.valid ? character.code_point : 0xFFFD;
}

bool In(uint32_t character, uint32_t first, uint32_t last) {
  return character >= first && character <= last;
}

size_t WidthOf(uint32_t c) {
  if (In(c, 0x300, 0x36F) || In(c, 0x200C, 0x200D) || In(c, 0xFE00, 0xFE0F)) return 0;
  const bool wide = In(c, 0x1100, 0x115F) || In(c, 0x2E80, 0xA4CF) || In(c, 0xAC00, 0xD7A3) ||
                    In(c, 0xF900, 0xFAFF) || In(c, 0xFE30, 0xFE6F) || In(c, 0xFF00, 0xFF60) ||
                    In(c, 0xFFE0, 0xFFE6) || In(c, 0x1F300, 0x1F64F) || In(c, 0x1F900, 0x1F9FF) ||
                    In(c, 0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

}  // namespace

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
