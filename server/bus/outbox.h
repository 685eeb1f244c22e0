// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>

#include "server/core/effect.h"

namespace pigeonhub::bus {

// Keeps to a limit in bytes what waits for the thread that speaks to the broker: for a second at
// most, which is how long a broker that stands still holds it up. What is over the limit is not
// taken; the hubs' conversations say it again.
//
// Thread-safe.
class Outbox {
 public:
  static constexpr size_t kMostBytes = size_t{16} << 20;

  // An upper bound of the text, about.
  static size_t SizeOf(const Publish& publish);

  // Whether there is room, which it then has.
  bool Take(const Publish& publish) {
    const size_t size = SizeOf(publish);
    if (bytes_.load(std::memory_order_relaxed) + size > kMostBytes) return false;
    bytes_.fetch_add(size, std::memory_order_relaxed);
    return true;
  }
  // It waits no longer.
  void Release(const Publish& publish) {
    bytes_.fetch_sub(SizeOf(publish), std::memory_order_relaxed);
  }
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  std::atomic<size_t> bytes_{0};
};

}  // namespace pigeonhub::bus
