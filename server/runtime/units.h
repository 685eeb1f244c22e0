// SPDX-License-Identifier: Apache-2.0
//
// Durations and sizes as people write them: "250ms", "5s", "2m", "1h"; "64KiB", "1MiB", "1MB". A
// plain number is milliseconds or bytes, as in the reference server's options.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/time.h"

namespace pigeonhub {

// Empty for what is no duration, or one too long to count in nanoseconds.
std::optional<Duration> ParseDuration(std::string_view text);

// Empty for what is no size, or one that 64 bits do not hold. Units in either case; KB, MB and GB
// are powers of 1000, KiB, MiB and GiB of 1024.
std::optional<uint64_t> ParseSize(std::string_view text);

// In the largest unit that leaves a whole number; the parsers above read them back. Durations are
// rounded down to milliseconds.
std::string FormatDuration(Duration duration);
std::string FormatSize(uint64_t bytes);

}  // namespace pigeonhub
