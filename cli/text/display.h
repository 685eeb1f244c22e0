// SPDX-License-Identifier: Apache-2.0
//
// Text from a hub, made fit for a terminal. Names and announce data are chosen by strangers, so
// what reaches the screen has no control characters and nothing that turns the writing direction.
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::cli {

// `text` with everything escaped that would move the cursor, ring the bell or turn the line
// around; bytes that are not UTF-8 become U+FFFD.
std::string Displayable(std::string_view text);

// Columns a displayable text takes: 2 for wide East Asian characters, 0 for combining ones.
size_t DisplayWidth(std::string_view text);

// A displayable text in at most `width` columns; what is longer ends in an ellipsis.
std::string Truncated(std::string_view text, size_t width);

}  // namespace pigeonhub::cli
