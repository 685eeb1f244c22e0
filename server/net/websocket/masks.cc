// SPDX-License-Identifier: Apache-2.0
#include "server/net/websocket/masks.h"

#include <openssl/rand.h>

#include <stdexcept>

namespace pigeonhub::net {

uint32_t Masks::Next() {
  if (next_ == drawn_.size()) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(drawn_.data()), sizeof drawn_) != 1) {
      throw std::runtime_error("no random numbers");
    }
    next_ = 0;
  }
  return drawn_[next_++];
}

}  // namespace pigeonhub::net
