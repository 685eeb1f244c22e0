// SPDX-License-Identifier: Apache-2.0
//
// SHA-256, and what is compared so that the time it takes tells nothing.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

using Digest = std::array<uint8_t, 32>;

Digest DigestOf(std::string_view text);

// HMAC with SHA-256 (RFC 2104): `text` signed with a key that both sides know.
Digest MacOf(std::string_view text, std::string_view key);

// 64 hexadecimal digits in lower case.
std::string HexOf(const Digest& digest);

// Empty unless `hex` is 64 hexadecimal digits, in either case.
std::optional<Digest> ParseDigest(std::string_view hex);

// In a time that depends on the lengths only.
bool EqualInConstantTime(std::string_view a, std::string_view b);
bool EqualInConstantTime(const Digest& a, const Digest& b);

}  // namespace pigeonhub
