// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

namespace pigeonhub {

// A moment, in milliseconds since 1970, as ISO 8601 has it in UTC: "2025-10-03T12:00:00.000Z".
std::string IsoTime(int64_t unix_ms);

}  // namespace pigeonhub
