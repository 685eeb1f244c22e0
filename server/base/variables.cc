// SPDX-License-Identifier: Apache-2.0

#include "server/base/variables.h"

#include "absl/strings/ascii.h"

namespace pigeonhub {

Variables ReadVariables(const char* const* entries) {
  Variables variables;
  for (; *entries != nullptr; ++entries) {
    const std::string_view entry = *entries;
    const size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return variables;
}

std::string ValueOf(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  if (found == variables.end()) return {};
  return std::string(absl::StripAsciiWhitespace(found->second));
}

}  // namespace pigeonhub
