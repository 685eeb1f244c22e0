// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pigeonhub {

// Where a text stands on its lines.
struct Margins {
  size_t indent = 0;  // of every line but the first
  size_t width = 80;  // columns, those of the indent included
};

// Appends `text` in lines that break between words, and ends the last one. `out` is at `column`
// when the text begins. A word wider than a line has one to itself.
void AppendWrapped(std::string& out, std::string_view text, size_t column, Margins margins);

// The line as it is if it fits. Else it breaks at spaces behind the indent, and all other spaces
// stay, so that columns stay below each other. UTF-8 characters count as one column each.
std::string Folded(std::string_view line, Margins margins);

}  // namespace pigeonhub
