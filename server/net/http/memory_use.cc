// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/memory_use.h"

#include <malloc.h>
#include <unistd.h>

#include <fstream>

namespace pigeonhub::net {

uint64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t total_pages = 0;
  uint64_t resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) return 0;
  return resident_pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

MemoryUse ReadMemoryUse() {
  const struct mallinfo2 heap = mallinfo2();
  return {.rss = ResidentBytes(),
          .heap_total = heap.arena + heap.hblkhd,
          .heap_used = heap.uordblks + heap.hblkhd};
}

}  // namespace pigeonhub::net
