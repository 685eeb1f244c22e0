// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/masks.h"

#include "server/base/random.h"

namespace pigeonhub::net {

uint32_t Masks::Next() {
  if (next_ == drawn_.size()) {
    FillRandom({reinterpret_cast<unsigned char*>(drawn_.data()), sizeof drawn_});
    next_ = 0;
  }
  return drawn_[next_++];
}

}  // namespace pigeonhub::net
