// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "tests/net/test_hub.h"

namespace pigeonhub::net {

// Two peers that know each other before an attack and must still be served after it.
class HealthyPair {
 public:
  explicit HealthyPair(const TestHub& hub);
  // An offer of one still reaches the other.
  bool Talk();

 private:
  RawClient alice_;
  RawClient bob_;
  int talks_ = 0;
};

// The largest resident size of this process since the last ResetPeak, in bytes. The clients of a
// test count with it, so they must be frugal. 0 where the system does not tell.
void ResetPeak();
uint64_t PeakBytes();

}  // namespace pigeonhub::net
