// SPDX-License-Identifier: Apache-2.0
//
// Text from outside, character by character: which ones may be shown to people as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pigeonhub {

struct Character {
  uint32_t code_point = 0;
  size_t length = 1;  // bytes
  bool valid = false;
};

// Stands for a byte that is not UTF-8.
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// The character that `text` begins with; `text` is not empty. What is no UTF-8 is an invalid
// character of one byte.
Character FirstCharacter(std::string_view text);

// Whether it could deceive a reader: control characters, which move the cursor or end the line;
// characters that change the writing direction; characters without width. The two joiners (U+200C,
// U+200D) have no width either, but Persian words and composed emoji need them, so they are shown.
bool IsDeceptive(uint32_t code_point);

// Appends \u and the four digits of a character of the basic plane, as JSON and YAML write it, too.
void AppendUnicodeEscape(std::string& out, uint32_t code_point);

// `text` with every deceptive character as its escape, and kReplacement for what is no UTF-8.
std::string Displayable(std::string_view text);

}  // namespace pigeonhub
