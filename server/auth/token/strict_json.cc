// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/strict_json.h"

#include <algorithm>
#include <vector>

namespace pigeonhub::auth {
namespace {

using simdjson::dom::element;

bool HasDoubleNames(element value) {
  if (simdjson::dom::array array; value.get(array) == simdjson::SUCCESS) {
    return std::any_of(array.begin(), array.end(), HasDoubleNames);
  }
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return false;
  std::vector<std::string_view> names;
  for (const auto& field : object) {
    names.push_back(field.key);
    if (HasDoubleNames(field.value)) return true;
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

}  // namespace

std::optional<simdjson::dom::object> ParseStrictObject(simdjson::dom::parser& parser,
                                                       std::string_view text) {
  element root;
  simdjson::dom::object object;
  // The depth is the parser's from here on; it fails where a value is nested deeper.
  if (parser.allocate(text.size(), kMostLevels + 1) != simdjson::SUCCESS ||
      parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS ||
      root.get(object) != simdjson::SUCCESS || HasDoubleNames(root)) {
    return std::nullopt;
  }
  return object;
}

std::optional<element> Member(simdjson::dom::object object, std::string_view name) {
  element value;
  if (object.at_key(name).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<std::string_view> StringOf(element element) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) return std::nullopt;
  return text;
}

}  // namespace pigeonhub::auth
