// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace pigeonhub {

// What two sides know and nobody else; DeriveKey makes one. The first half is for Poly1305, the
// other one for SipHash.
using MacKey = std::array<uint8_t, 32>;
using Mac = std::array<uint8_t, 16>;

// A MAC that costs little: SipHash-2-4 with 128 bits of what Poly1305 makes of the text. Poly1305
// alone needs a number that is never used twice; SipHash alone takes four times as long for an
// offer (decision 35). The pieces count as one text. Thread-safe.
Mac FrameMacOf(std::initializer_list<std::string_view> pieces, const MacKey& key);

// In constant time.
bool IsSameMac(const Mac& a, const Mac& b);

}  // namespace pigeonhub
