// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

namespace pigeonhub::net {

// An address on which this hub listens. `host` is in numbers.
struct BoundAddress {
  std::string host;
  uint16_t port = 0;
};

}  // namespace pigeonhub::net
