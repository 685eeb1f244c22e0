// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

namespace pigeonhub {

// The memory of this process in bytes, as the system counts it.
struct ProcessMemory {
  uint64_t resident = 0;
  uint64_t virtual_size = 0;
};

// Zeros if the system does not tell.
ProcessMemory ReadProcessMemory();

}  // namespace pigeonhub
