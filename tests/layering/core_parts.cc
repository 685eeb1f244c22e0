// SPDX-License-Identifier: Apache-2.0

#include "tests/layering/core_parts.h"

#include <algorithm>
#include <optional>
#include <regex>

#include "tests/layering/include_line.h"

namespace pigeonhub::layering {
namespace {

constexpr std::string_view kFence = "```";
constexpr std::string_view kCore = "server/core/";

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// A line without its comment and without what stands between < and >, which may have any form.
std::string Plain(std::string_view line) {
  line = line.substr(0, line.find("//"));
  std::string plain;
  int depth = 0;
  for (const char c : line) {
    if (c == '>' && depth > 0) --depth;
    if (depth == 0) plain += c;
    if (c == '<') ++depth;
  }
  return plain;
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
    const std::optional<Include> include = ReadInclude(line);
    if (!include.has_value() || !include->target.starts_with(kCore)) continue;
    std::string_view other = include->target.substr(kCore.size());
    other = other.substr(0, other.rfind(".h"));
    const bool is_below = std::find(parts.begin(), own, other) != own;
    if (!is_below && other != part) {
      wrong.push_back(std::string(part) + " may not include " + std::string(other));
    }
  }
  return wrong;
}

std::vector<Type> TypesIn(std::string_view header) {
  static const std::regex start(R"(^(class|struct) (\[\[.*\]\] )?(\w+)[^;]*$)");
  static const std::regex data(R"(^  (?!return |using |friend |static |enum )[A-Za-z:])"
                               R"([^(){}=]*[ &*][a-z]\w*( = .*|\{.*\})?;\s*$)");
  static const std::regex function(R"(^  (?!friend |using |static_assert)[A-Za-z~:\[][^=]*\()");
  std::vector<Type> types;
  bool inside = false;
  bool is_public = false;
  for (std::string_view each : Lines(header)) {
    const std::string line = Plain(each);
    std::smatch match;
    if (std::regex_match(line, match, start)) {
      types.push_back({match[3], 0, 0});
      inside = true;
      is_public = match[1] == "struct";
    } else if (line.starts_with('}')) {
      inside = false;
    }
    if (!inside) continue;
    if (line.starts_with(" public:")) is_public = true;
    if (line.starts_with(" private:") || line.starts_with(" protected:")) is_public = false;
    if (std::regex_match(line, data)) {
      ++types.back().members;
    } else if (is_public && std::regex_search(line, function)) {
      ++types.back().public_functions;
    }
  }
  return types;
}

std::vector<std::string> LargeValues(std::string_view document) {
  static const std::regex row(R"(^\| `([A-Z]\w*)` \| [^|]+ \|$)");
  std::vector<std::string> names;
  for (std::string_view each : Lines(document)) {
    const std::string line(each);
    std::smatch match;
    if (std::regex_match(line, match, row)) names.push_back(match[1]);
  }
  return names;
}

}  // namespace pigeonhub::layering
