// SPDX-License-Identifier: Apache-2.0

#include "server/wire/json_walk.h"

namespace pigeonhub::wire {
namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::json_type;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view WithoutTrailingSpace(std::string_view text) {
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view StringBody(value& string) {
  std::string_view token = WithoutTrailingSpace(string.raw_json_token());
  if (token.size() < 2) return {};
  return token.substr(1, token.size() - 2);
}

}  // namespace

std::optional<std::string_view> ConsumeString(value value) {
  const std::string_view body = StringBody(value);
  std::string_view text;
  if (body.find('\\') != std::string_view::npos) {
    if (value.get_string().get(text)) return std::nullopt;
    return text;
  }
  if (value.get_raw_json_string().error() != simdjson::SUCCESS) return std::nullopt;
  return body;
}

std::string_view SkipRaw(value value) {
  json_type type;
  std::string_view text;
  if (value.type().get(type)) return {};
  if (type == json_type::object) {
    object object;
    if (value.get_object().get(object) || object.raw_json().get(text)) return {};
  } else if (type == json_type::array) {
    array array;
    if (value.get_array().get(array) || array.raw_json().get(text)) return {};
  } else {
    text = value.raw_json_token();
  }
  return WithoutTrailingSpace(text);
}

}  // namespace pigeonhub::wire
