// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace pigeonhub::net {

// What the reference server reports of Node's process.memoryUsage(), in bytes. This hub has no
// external memory and no array buffers.
struct MemoryUse {
  uint64_t rss = 0;
  uint64_t heap_total = 0;
  uint64_t heap_used = 0;
  uint64_t external = 0;
  uint64_t array_buffers = 0;
};

// Of this process. The heap figures are glibc's.
MemoryUse ReadMemoryUse();

}  // namespace pigeonhub::net
