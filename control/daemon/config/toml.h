// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pigeonhub {

// One `key = value` of a TOML file, the value as text: strings without their quotes, numbers in
// decimal.
struct TomlEntry {
  std::string key;
  std::vector<std::string> values;  // one, unless it is a list
  bool is_list = false;
  int line = 0;  // from 1
};

// A table of settings of its own: `[kind."name"]` and what follows it.
struct TomlSection {
  std::string kind;
  std::string name;
  int line = 0;
  std::vector<TomlEntry> entries;
};

struct TomlFile {
  std::vector<TomlEntry> entries;
  std::vector<TomlSection> sections;
};

// Reads a TOML file (toml++) that holds settings and sections of them, in the order of its lines:
// strings, whole numbers, booleans and lists of these. Other tables, fractions and dates are
// refused, as no setting has them.
//
// Errors are INVALID_ARGUMENT, one line that begins with `name` and the line number: "hub.toml:3:
// …".
absl::StatusOr<TomlFile> ParseToml(std::string_view text, std::string_view name);

}  // namespace pigeonhub
