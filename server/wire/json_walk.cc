// SPDX-License-Identifier: Apache-2.0

#include "server/wire/json_walk.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

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

// The text of a scalar.
std::string_view Token(value& scalar) { return WithoutTrailingSpace(scalar.raw_json_token()); }

std::string_view StringBody(value& string) {
  std::string_view token = Token(string);
  if (token.size() < 2) return {};
  return token.substr(1, token.size() - 2);
}

const char* FindBackslash(const char* from, const char* end) {
  return static_cast<const char*>(std::memchr(from, '\\', end - from));
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The value of "uXXXX" at `from`, or -1.
int CodeUnit(const char* from, const char* end) {
  if (end - from < 5 || *from != 'u') return -1;
  int unit = 0;
  for (int i = 1; i <= 4; ++i) {
    const int digit = HexDigit(from[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

// What stands behind the backslash of an escape of two bytes.
constexpr std::array<bool, 256> kShortEscape = [] {
  std::array<bool, 256> is_short{};
  for (const char c : std::string_view("\"\\/bfnrt")) is_short[static_cast<uint8_t>(c)] = true;
  return is_short;
}();

// The first byte after the escape whose backslash stands before `from`; null if that is not an
// escape. A surrogate is valid only as one of a pair.
const char* PastEscape(const char* from, const char* end) {
  if (from == end) return nullptr;
  if (kShortEscape[static_cast<uint8_t>(*from)]) return from + 1;
  const int unit = CodeUnit(from, end);
  if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return nullptr;
  from += 5;
  if (unit < 0xd800 || unit > 0xdbff) return from;
  if (from == end || *from != '\\') return nullptr;
  const int low = CodeUnit(from + 1, end);
  return low >= 0xdc00 && low <= 0xdfff ? from + 6 : nullptr;
}

// simdjson's index has checked UTF-8, control characters and the closing quote; only escapes are
// left to check. simdjson's unescaping would check them, too, but goes byte by byte in a build for
// every x86-64, and most strings have no escape.
bool HasValidEscapes(std::string_view body) {
  const char* const end = body.data() + body.size();
  const char* at = FindBackslash(body.data(), end);
  while (at != nullptr) {
    at = PastEscape(at + 1, end);
    if (at == nullptr) return false;
    if (at == end || *at != '\\') at = FindBackslash(at, end);
  }
  return true;
}

bool ConsumeEscapes(value string) {
  return HasValidEscapes(StringBody(string)) &&
         string.get_raw_json_string().error() == simdjson::SUCCESS;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Removes the digits at the beginning. False if there are none.
bool TakeDigits(std::string_view& text) {
  size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  text.remove_prefix(count);
  return count > 0;
}

bool Take(char c, std::string_view& text) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// The grammar of RFC 8259, section 6.
bool IsNumber(std::string_view text) {
  Take('-', text);
  if (!Take('0', text) && !TakeDigits(text)) return false;
  if (Take('.', text) && !TakeDigits(text)) return false;
  if (Take('e', text) || Take('E', text)) {
    if (!Take('+', text)) Take('-', text);
    if (!TakeDigits(text)) return false;
  }
  return text.empty();
}

bool ConsumeNull(value null) {
  bool is_null = false;
  return null.is_null().get(is_null) == simdjson::SUCCESS && is_null;
}

bool ConsumeObject(object object, int levels) {
  for (auto result : object) {
    simdjson::ondemand::field field;
    std::string_view key;
    if (std::move(result).get(field) || field.unescaped_key().get(key)) return false;
    if (!Consume(field.value(), levels)) return false;
  }
  return true;
}

}  // namespace

// Converting a number can take hundreds of times as long as reading its text. simdjson steps over a
// value that was not converted when it goes on to the next one.
std::optional<std::string_view> ConsumeNumber(value value) {
  const std::string_view text = Token(value);
  if (!IsNumber(text)) return std::nullopt;
  return text;
}

bool ConsumeArray(array array, int levels) {
  for (auto result : array) {
    if (result.error() || !Consume(result.value_unsafe(), levels)) return false;
  }
  return true;
}

bool Consume(value value, int levels) {
  json_type type;
  if (value.type().get(type)) return false;
  switch (type) {
    case json_type::object: {
      object object;
      return levels > 0 && value.get_object().get(object) == simdjson::SUCCESS &&
             ConsumeObject(object, levels - 1);
    }
    case json_type::array: {
      array array;
      return levels > 0 && value.get_array().get(array) == simdjson::SUCCESS &&
             ConsumeArray(array, levels - 1);
    }
    case json_type::string:
      return ConsumeEscapes(value);
    case json_type::number:
      return ConsumeNumber(value).has_value();
    case json_type::boolean:
      return value.get_bool().error() == simdjson::SUCCESS;
    case json_type::null:
      return ConsumeNull(value);
  }
  return false;
}

std::optional<std::string_view> ConsumeRaw(value value, int levels) {
  json_type type;
  if (value.type().get(type)) return std::nullopt;
  if (type == json_type::number) return ConsumeNumber(value);
  const char* const start = value.raw_json_token().data();
  const char* next_token = nullptr;
  if (!Consume(value, levels) || value.current_location().get(next_token)) return std::nullopt;
  return WithoutTrailingSpace({start, static_cast<size_t>(next_token - start)});
}

std::optional<std::string_view> ConsumeString(value value) {
  const std::string_view body = StringBody(value);
  std::string_view text;
  if (FindBackslash(body.data(), body.data() + body.size()) != nullptr) {
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
