// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/memory_use.h"

#include <malloc.h>

#include "server/base/process_memory.h"

namespace pigeonhub::net {

MemoryUse ReadMemoryUse() {
  const struct mallinfo2 heap = mallinfo2();
  return {.rss = ReadProcessMemory().resident,
          .heap_total = heap.arena + heap.hblkhd,
          .heap_used = heap.uordblks + heap.hblkhd};
}

}  // namespace pigeonhub::net
