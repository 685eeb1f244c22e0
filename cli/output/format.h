// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::cli {

// How an answer is written. Each format writes characters that could deceive a reader
// (server/base/characters.h) as \uXXXX. In json, jsonl and yaml that is an ordinary escape.
// Commands accept what name prints. table and wide are only for people.
enum class Format {
  kTable,  // for people, within the terminal's width
  kWide,   // for people, with every column and no regard to width
  kJson,   // the response as protobuf writes it: lowerCamel names, 64-bit numbers as strings
  kJsonl,  // one item a line
  kYaml,   // the JSON as YAML
  kName,   // one bare name a line, for xargs
  kPath,   // parts of the JSON, one a line
};

// How the format kPath begins; a JSONPath follows (cli/output/json_path.h).
inline constexpr std::string_view kPathFormat = "jsonpath=";

// "table", "wide", …, in the order of the enum, without kPath.
const std::vector<std::string>& FormatNames();

// Empty for any other name. "jsonpath=PATH" is kPath, whatever the path.
std::optional<Format> FormatNamed(std::string_view name);

// True for table and wide. Only people need to be told that a list is empty.
constexpr bool IsForPeople(Format format) {
  return format == Format::kTable || format == Format::kWide;
}

// What the terminal can show, if there is one.
struct Style {
  Format format = Format::kTable;
  std::optional<size_t> width;  // columns; without a terminal nothing is ever cut
  bool color = false;
  bool titles = true;     // of the columns of tables
  std::string path = {};  // for kPath, one that JsonPath::Parse takes
};

}  // namespace pigeonhub::cli
