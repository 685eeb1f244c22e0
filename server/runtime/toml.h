// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace pigeonhub {

// One `key = value` of a TOML file. Strings come without their quotes, numbers without underscores.
struct TomlEntry {
  std::string key;
  std::vector<std::string> values;  // one, unless it is a list
  bool is_list = false;
  int line = 0;  // from 1
};

// Reads the part of TOML that flat settings need: comments, bare and quoted keys, one-line strings
// of both kinds, whole numbers, booleans and lists of these. Tables, dotted keys, fractions, dates
// and multi-line strings are refused, as is a key that comes twice. Not CLI11's reader: that one
// drops what follows a # or splits at a comma inside quotes, without a word.
//
// Errors are INVALID_ARGUMENT, one line that begins with `name` and the line number: "hub.toml:3:
// …".
absl::StatusOr<std::vector<TomlEntry>> ParseToml(std::string_view text, std::string_view name);

}  // namespace pigeonhub
