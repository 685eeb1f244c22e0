// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/toml.h"

#include <toml++/toml.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "server/base/text.h"

namespace pigeonhub {
namespace {

absl::Status ErrorAt(std::string_view name, const toml::source_region& place,
                     std::string_view what) {
  return absl::InvalidArgumentError(std::string(name) + ":" + std::to_string(place.begin.line) +
                                    ": " + std::string(what));
}

// Empty for what no setting is.
std::optional<std::string> TextOf(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::vector<TomlEntry>> ParseToml(std::string_view text, std::string_view name) {
  toml::table settings;
  try {
    settings = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    std::string what;
    AppendEscaped(what, error.description());
    return ErrorAt(name, error.source(), what);
  }
  std::vector<TomlEntry> entries;
  for (const auto& [key, node] : settings) {
    TomlEntry entry;
    entry.key = key.str();
    entry.line = static_cast<int>(key.source().begin.line);
    if (node.is_table() || node.is_array_of_tables()) {
      return ErrorAt(name, key.source(),
                     Shown(entry.key) + ": there are no tables here; keys are the flags' names");
    }
    entry.is_list = node.is_array();
    const auto append = [&](const toml::node& one) {
      std::optional<std::string> value = TextOf(one);
      if (value.has_value()) entry.values.push_back(*std::move(value));
      return value.has_value();
    };
    const bool understood =
        entry.is_list ? std::all_of(node.as_array()->begin(), node.as_array()->end(), append)
                      : append(node);
    if (!understood) {
      return ErrorAt(name, node.source(),
                     Shown(entry.key) + ": takes a string, a whole number, true or false");
    }
    entries.push_back(std::move(entry));
  }
  // toml++ sorts by key; whoever reads errors goes from the top.
  std::stable_sort(entries.begin(), entries.end(),
                   [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
  return entries;
}

}  // namespace pigeonhub
