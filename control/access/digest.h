// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pigeonhub {

// SHA-256 of some text.
using Digest = std::array<uint8_t, 32>;

Digest DigestOf(std::string_view text);

// Empty unless `hex` is 64 hexadecimal digits.
std::optional<Digest> ParseDigest(std::string_view hex);

// In a time that does not tell where they differ.
bool EqualInConstantTime(const Digest& a, const Digest& b);

}  // namespace pigeonhub
