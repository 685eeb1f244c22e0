// SPDX-License-Identifier: Apache-2.0

#include "server/base/process_memory.h"

#include <unistd.h>

#include <fstream>

namespace pigeonhub {

ProcessMemory ReadProcessMemory() {
  std::ifstream statm("/proc/self/statm");
  uint64_t total_pages = 0;
  uint64_t resident_pages = 0;
  if (!(statm >> total_pages >> resident_pages)) return {};
  const auto page_size = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return {.resident = resident_pages * page_size, .virtual_size = total_pages * page_size};
}

}  // namespace pigeonhub
