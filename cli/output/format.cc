// SPDX-License-Identifier: Apache-2.0

#include "cli/output/format.h"

#include <algorithm>

namespace pigeonhub::cli {

const std::vector<std::string>& FormatNames() {
  static const std::vector<std::string> names = {"table", "wide", "json", "jsonl", "yaml", "name"};
  return names;
}

std::optional<Format> FormatNamed(std::string_view name) {
  if (name.starts_with(kPathFormat)) return Format::kPath;
  const auto& names = FormatNames();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Format>(found - names.begin());
}

}  // namespace pigeonhub::cli
