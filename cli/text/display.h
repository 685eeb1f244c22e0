// SPDX-License-Identifier: Apache-2.0
//
// The width of text on a terminal.
#pragma once

#include <string>
#include <string_view>

namespace pigeonhub::cli {

// Columns that a text without deceptive characters (server/base/characters.h) takes: 2 for wide
// East Asian characters, 0 for combining ones and joiners.
size_t DisplayWidth(std::string_view text);

// Cuts a displayable text to at most `width` columns. A text that is cut ends in an ellipsis.
std::string Truncated(std::string_view text, size_t width);

}  // namespace pigeonhub::cli
