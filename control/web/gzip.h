// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

std::string Gzip(std::string_view bytes);

// Empty for what is not gzip, or would become more than `most` bytes.
std::optional<std::string> Gunzip(std::string_view packed, size_t most);

// Whether the value of the header Accept-Encoding takes gzip.
bool TakesGzip(std::string_view accept_encoding);

}  // namespace pigeonhub
