// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstddef>

#include "server/core/reason.h"

namespace pigeonhub {

// Whether newcomers find room, as probes and the gauge are told. A hub that says "ready" with one
// place left would change its mind with every peer; so once it is full it stays so until a
// twentieth of its places is free.
class Capacity {
 public:
  explicit Capacity(size_t max_connections) : max_connections_(max_connections) {}

  void set_max_connections(size_t most) { max_connections_ = most; }
  void set_memory_is_short(bool is_short) { memory_is_short_ = is_short; }
  void Update(size_t connections) {
    const size_t air = std::max<size_t>(max_connections_ / 20, 1);
    if (connections >= max_connections_) {
      is_full_ = true;
    } else if (connections + air <= max_connections_) {
      is_full_ = false;
    }
  }

  // Why newcomers are turned away although the hub serves; kCount if they are not.
  Reason TurningAway() const {
    if (memory_is_short_) return Reason::kMemoryLimit;
    if (is_full_) return Reason::kMaximumConnections;
    return Reason::kCount;
  }

 private:
  size_t max_connections_;
  bool memory_is_short_ = false;
  bool is_full_ = false;
};

}  // namespace pigeonhub
