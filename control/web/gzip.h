// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace pigeonhub {

std::string Gzip(std::string_view bytes);

// INVALID_ARGUMENT for what is not gzip, RESOURCE_EXHAUSTED for what would become more than `most`
// bytes; the message is the end of a sentence.
absl::StatusOr<std::string> Gunzip(std::string_view packed, size_t most);

// Whether the value of the header Accept-Encoding takes gzip.
bool TakesGzip(std::string_view accept_encoding);

}  // namespace pigeonhub
