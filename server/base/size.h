// SPDX-License-Identifier: Apache-2.0
//
// Sizes as people write and read them: "64KiB", "1MiB", "1MB"; a plain number is bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

// Empty for what is no size, or one that 64 bits do not hold. Units in either case; KB, MB and GB
// are powers of 1000, KiB, MiB and GiB of 1024.
std::optional<uint64_t> ParseSize(std::string_view text);

// In the largest unit of 1024 that leaves a whole number; ParseSize reads it back.
std::string FormatSize(uint64_t bytes);

}  // namespace pigeonhub
