// SPDX-License-Identifier: Apache-2.0

#include "cli/text/display.h"

#include <utf8proc.h>

#include <cstdint>

#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

constexpr std::string_view kEllipsis = "…";

// Removes the first character of `text`, which is not empty, and returns it.
uint32_t TakeCharacter(std::string_view& text) {
  const Character character = FirstCharacter(text);
  text.remove_prefix(character.length);
  return character.valid ? character.code_point : 0xFFFD;
}

size_t WidthOf(uint32_t character) {
  return static_cast<size_t>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(character)));
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
