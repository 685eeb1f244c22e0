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

// Reads a TOML file (toml++) that holds flat settings, in the order of its lines: strings, whole
// numbers, booleans and lists of these. Tables, fractions and dates are refused, as no setting has
// them.
//
// Errors are INVALID_ARGUMENT, one line that begins with `name` and the line number: "hub.toml:3:
// …".
absl::StatusOr<std::vector<TomlEntry>> ParseToml(std::string_view text, std::string_view name);

}  // namespace pigeonhub
