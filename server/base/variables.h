// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace pigeonhub {

// The environment's variables by their names.
using Variables = std::map<std::string, std::string, std::less<>>;

// `entries` are NAME=value, as environ(7) has them, and end in a null pointer.
Variables ReadVariables(const char* const* entries);

// The value of a variable without white space around it: an environment file that was saved with
// lines of Windows ends each value in \r. Empty where the variable is not set, as container files
// write "not set" by an empty value.
std::string ValueOf(const Variables& variables, std::string_view name);

}  // namespace pigeonhub
