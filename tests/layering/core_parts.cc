// SPDX-License-Identifier: Apache-2.0

#include "tests/layering/core_parts.h"

#include <algorithm>
#include <regex>

namespace pigeonhub::layering {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kInclude = "#include \"server/core/";

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

std::vector<std::string> CoreParts(std::string_view document) {
  std::vector<std::string> parts;
  bool inside = false;
  for (std::string_view line : Lines(document)) {
    if (line.starts_with(kFence)) {
      if (inside) return parts;
      inside = true;
    } else if (inside) {
      parts.emplace_back(line.substr(0, line.find(' ')));
    }
  }
  return parts;
}

std::vector<std::string> UpwardIncludes(const std::vector<std::string>& parts,
                                        std::string_view part, std::string_view source) {
  const auto own = std::find(parts.begin(), parts.end(), part);
  if (own == parts.end()) return {std::string(part) + " is not in the list of parts"};
  std::vector<std::string> wrong;
  for (std::string_view line : Lines(source)) {
    if (!line.starts_with(kInclude)) continue;
    std::string_view other = line.substr(kInclude.size());
    other = other.substr(0, other.rfind(".h\""));
    const bool is_below = std::find(parts.begin(), own, other) != own;
    if (!is_below && other != part) {
      wrong.push_back(std::string(part) + " may not include " + std::string(other));
    }
  }
  return wrong;
}

size_t MostMembers(std::string_view header) {
  static const std::regex member(R"(^  [^/ ().][^()]*\b[a-z0-9_]+_( = [^;]*|\{[^;]*)?;.*$)");
  size_t most = 0;
  size_t count = 0;
  for (std::string_view line : Lines(header)) {
    if (line.starts_with("class ") || line.starts_with("struct ")) count = 0;
    if (std::regex_match(line.begin(), line.end(), member)) most = std::max(most, ++count);
  }
  return most;
}

}  // namespace pigeonhub::layering
