// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace pigeonhub::net {

// Masking keys for the frames of a client. RFC 6455 5.3 wants them unpredictable, so that somebody
// who chooses the payload cannot choose the bytes on the wire. They are drawn many at a time.
//
// Not thread-safe.
class Masks {
 public:
  uint32_t Next();

 private:
  std::array<uint32_t, 64> drawn_{};
  size_t next_ = 64;
};

}  // namespace pigeonhub::net
