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

std::string Folded(std::string_view line, Margins margins) {
  std::string out;
  size_t room = margins.width;
  size_t first = margins.indent;  // a space at which the line may break is behind it
  for (;;) {
    size_t end = 0;
    size_t space = 0;
    for (size_t columns = 0; end < line.size(); ++end) {
      const bool begins_one = (static_cast<unsigned char>(line[end]) & 0xC0) != 0x80;
      if (begins_one && ++columns > room) break;
      if (line[end] == ' ' && end > first) space = end;
    }
    if (end == line.size()) return out.append(line);
    // A space right behind the last column is as good, and a word that is too wide goes to its end.
    if (space == 0 || line[end] == ' ') space = line.find(' ', std::max(end, first + 1));
    if (space == std::string_view::npos) return out.append(line);
    out.append(line.substr(0, space)).append(1, '\n').append(margins.indent, ' ');
    line.remove_prefix(space + 1);
    room = margins.width - margins.indent;
    first = 0;
  }
}

}  // namespace pigeonhub
