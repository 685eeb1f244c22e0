// SPDX-License-Identifier: Apache-2.0

#include "server/base/wrapping.h"

#include <algorithm>

namespace pigeonhub {

void AppendWrapped(std::string& out, std::string_view text, size_t column, Margins margins) {
  bool begins_line = true;  // what stands before the text, if anything, needs no space behind it
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    const size_t space = begins_line ? 0 : 1;
    if (column > margins.indent && column + space + word.size() > margins.width) {
      out.append(1, '\n').append(margins.indent, ' ');
      column = margins.indent;
    } else {
      out.append(space, ' ');
      column += space;
    }
    out += word;
    column += word.size();
    begins_line = false;
  }
  out += '\n';
}

}  // namespace pigeonhub
