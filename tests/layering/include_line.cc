// SPDX-License-Identifier: Apache-2.0

#include "tests/layering/include_line.h"

#include <algorithm>

namespace pigeonhub::layering {
namespace {

std::string_view SkipBlanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text;
}

}  // namespace

std::optional<Include> ReadInclude(std::string_view line) {
  line = SkipBlanks(line);
  if (!line.starts_with('#')) return std::nullopt;
  line = SkipBlanks(line.substr(1));
  constexpr std::string_view kDirective = "include";
  if (!line.starts_with(kDirective)) return std::nullopt;
  line = SkipBlanks(line.substr(kDirective.size()));
  const bool angled = line.starts_with('<');
  const size_t end = line.find(angled ? '>' : '"', 1);
  if ((!angled && !line.starts_with('"')) || end == std::string_view::npos) return Include{};
  const std::string_view target = SkipBlanks(line.substr(1, end - 1));
  return Include{target.substr(0, target.find_last_not_of(" \t") + 1), angled};
}

}  // namespace pigeonhub::layering
