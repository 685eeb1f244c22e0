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

absl::StatusOr<TomlEntry> EntryOf(const toml::key& key, const toml::node& node,
                                  std::string_view name) {
  TomlEntry entry;
  entry.key = key.str();
  entry.line = static_cast<int>(key.source().begin.line);
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
  return entry;
}

// toml++ sorts by key; whoever reads errors goes from the top.
void SortByLine(auto& rows) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
}

bool IsTable(const toml::node& node) { return node.is_table() || node.is_array_of_tables(); }

// The sections of one kind.
absl::Status AppendSections(const toml::key& kind, const toml::node& node, std::string_view name,
                            std::vector<TomlSection>& sections) {
  const std::string form = "[" + std::string(kind.str()) + ".\"NAME\"]";
  if (!node.is_table()) {
    return ErrorAt(name, kind.source(), Shown(kind.str()) + ": tables here are written " + form);
  }
  for (const auto& [key, child] : *node.as_table()) {
    if (!child.is_table()) {
      return ErrorAt(name, key.source(),
                     Shown(key.str()) + ": stands in no table of the form " + form);
    }
    TomlSection section{std::string(kind.str()),
                        std::string(key.str()),
                        static_cast<int>(key.source().begin.line),
                        {}};
    for (const auto& [inner, value] : *child.as_table()) {
      if (IsTable(value)) {
        return ErrorAt(name, inner.source(),
                       Shown(inner.str()) +
                           ": there is no table here; put a name with dots in "
                           "quotes, as in " +
                           form);
      }
      auto entry = EntryOf(inner, value, name);
      if (!entry.ok()) return entry.status();
      section.entries.push_back(*std::move(entry));
    }
    SortByLine(section.entries);
    sections.push_back(std::move(section));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TomlFile> ParseToml(std::string_view text, std::string_view name) {
  toml::table settings;
  try {
    settings = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    std::string what;
    AppendEscaped(what, error.description());
    return ErrorAt(name, error.source(), what);
  }
  TomlFile file;
  for (const auto& [key, node] : settings) {
    if (IsTable(node)) {
      if (auto status = AppendSections(key, node, name, file.sections); !status.ok()) {
        return status;
      }
      continue;
    }
    auto entry = EntryOf(key, node, name);
    if (!entry.ok()) return entry.status();
    file.entries.push_back(*std::move(entry));
  }
  SortByLine(file.entries);
  SortByLine(file.sections);
  return file;
}

}  // namespace pigeonhub
