// SPDX-License-Identifier: Apache-2.0
//
// JSON that means one thing to everybody who reads it: no object has two members of one name, and
// values are nested a few levels only. Internal to server/auth/token.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace pigeonhub::auth {

// How deep values may be nested, the outermost counted.
inline constexpr int kMostLevels = 8;

// An object that is the whole text. It lives as long as `parser` does and reads nothing else.
// Empty for anything else.
std::optional<simdjson::dom::object> ParseStrictObject(simdjson::dom::parser& parser,
                                                       std::string_view text);

// The member of that name; empty without one.
std::optional<simdjson::dom::element> Member(simdjson::dom::object object, std::string_view name);
// Empty for what is no string.
std::optional<std::string_view> StringOf(simdjson::dom::element element);

}  // namespace pigeonhub::auth
