// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "server/core/random.h"

namespace pigeonhub {

// What the streams of conversations are called. They only grow while the process lives, so what
// somebody plays again is known by its lower number. The first one is random, since a hub that was
// started again must not go on where it ended before.
class StreamNumbers {
 public:
  // Half of the numbers up to mesh::kMostNumber is left to grow.
  explicit StreamNumbers(Random& random) : first_((random.Next() >> 12) | 1) {}

  uint64_t Take() { return next_++; }
  // Whether a conversation of this process was called so.
  bool IsOurs(uint64_t stream) const { return stream >= first_ && stream < next_; }

 private:
  const uint64_t first_;
  uint64_t next_ = first_;
};

}  // namespace pigeonhub
