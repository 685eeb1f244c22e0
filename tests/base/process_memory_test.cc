// SPDX-License-Identifier: Apache-2.0

#include "server/base/process_memory.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace pigeonhub {
namespace {

TEST(ProcessMemory, IsWhatThisProcessUses) {
  const ProcessMemory memory = ReadProcessMemory();
  EXPECT_GT(memory.resident, uint64_t{1} << 20);
  EXPECT_LT(memory.resident, uint64_t{1} << 44);
  EXPECT_GE(memory.virtual_size, memory.resident);
}

}  // namespace
}  // namespace pigeonhub
