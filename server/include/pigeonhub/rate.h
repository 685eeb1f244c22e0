// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>

#include "pigeonhub/time.h"

namespace pigeonhub {

// How many of something, such as messages or bytes, may come: `burst` at once, and from then on
// `amount` in each `per`.
struct Rate {
  uint64_t amount = 0;  // 0: as many as come
  Duration per = std::chrono::seconds(1);
  uint64_t burst = 0;

  bool is_off() const { return amount == 0; }
  friend bool operator==(const Rate&, const Rate&) = default;
};

}  // namespace pigeonhub
