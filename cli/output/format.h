// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::cli {

// How an answer is written. Each writes characters that could deceive a reader
// (server/base/characters.h) as \uXXXX: in json, jsonl and yaml that is the string's own notation,
// name is taken back by the commands as it is printed, table and wide are for the eye alone.
enum class Format {
  kTable,  // for people, within the terminal's width
  kWide,   // for people, with every column and no regard to width
  kJson,   // the response as protobuf writes it: lowerCamel names, 64-bit numbers as strings
  kJsonl,  // one item a line
  kYaml,   // the JSON as YAML
  kName,   // one bare name a line, for xargs
};

// "table", "wide", …, in the order of the enum.
const std::vector<std::string>& FormatNames();

// Empty for a name that is none of them.
std::optional<Format> FormatNamed(std::string_view name);

// table and wide: programs need no word about what is not there.
constexpr bool IsForPeople(Format format) {
  return format == Format::kTable || format == Format::kWide;
}

// What the terminal, if there is one, wants.
struct Style {
  Format format = Format::kTable;
  std::optional<size_t> width;  // columns; without a terminal nothing is ever cut
  bool color = false;
};

}  // namespace pigeonhub::cli
