// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace pigeonhub {

// How many bytes may pass: `burst` at once, and from then on `per_second`.
struct ByteRate {
  uint64_t per_second = 0;  // 0: as many as come
  uint64_t burst = 0;

  friend bool operator==(const ByteRate&, const ByteRate&) = default;
};

}  // namespace pigeonhub
