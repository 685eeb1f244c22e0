// SPDX-License-Identifier: Apache-2.0
//
// base64url without padding (RFC 4648, section 5): bytes in URLs, headers and tokens.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

std::string ToBase64Url(std::string_view bytes);

// Empty unless ToBase64Url writes these bytes exactly so: no padding, no white space, no bits left
// over. What has one spelling only can be compared as text.
std::optional<std::string> FromBase64Url(std::string_view text);

}  // namespace pigeonhub
