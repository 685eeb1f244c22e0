// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

// The bytes of a text in which "%" and two hexadecimal digits stand for one (RFC 3986, section
// 2.1). Empty where two digits do not follow a "%".
std::optional<std::string> PercentDecoded(std::string_view text);

}  // namespace pigeonhub
