// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/paragraph.h"

#include "server/base/wrapping.h"

namespace pigeonhub::cli {
namespace {

// With the names beside it, it fits a terminal of 80.
constexpr size_t kWidth = 66;

}  // namespace

void AddParagraph(std::vector<std::pair<std::string, Cell>>& facts, std::string name,
                  std::string_view text) {
  std::string lines;
  AppendWrapped(lines, text, 0, {.indent = 0, .width = kWidth});
  for (size_t begin = 0; begin < lines.size();) {
    const size_t end = lines.find('\n', begin);
    facts.emplace_back(std::exchange(name, {}), lines.substr(begin, end - begin));
    begin = end + 1;
  }
}

}  // namespace pigeonhub::cli
