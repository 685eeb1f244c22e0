// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace pigeonhub {

// What a client speaks, as the first byte that it sends tells.
enum class Spoken {
  kTls,    // a record with a ClientHello (RFC 8446 5.1)
  kText,   // a letter, as the method of every HTTP request begins with one
  kOther,  // neither
};

constexpr Spoken SpokenFrom(char first_byte) {
  if (first_byte == 0x16) return Spoken::kTls;
  const bool letter =
      (first_byte >= 'A' && first_byte <= 'Z') || (first_byte >= 'a' && first_byte <= 'z');
  return letter ? Spoken::kText : Spoken::kOther;
}

}  // namespace pigeonhub
