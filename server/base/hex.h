// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

// Two lower-case digits a byte.
std::string ToHex(std::string_view bytes);

// The bytes of hexadecimal digits in either case; empty for anything else and for half a byte.
std::optional<std::string> FromHex(std::string_view digits);

// Whether it is `digits` hexadecimal digits in lower case: what has one spelling only can be
// compared as text.
bool IsLowerHex(std::string_view text, size_t digits);

}  // namespace pigeonhub
