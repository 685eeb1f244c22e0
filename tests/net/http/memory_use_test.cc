// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/memory_use.h"

#include <gtest/gtest.h>

#include "server/base/process_memory.h"

namespace pigeonhub::net {
namespace {

TEST(MemoryUse, IsWhatThisProcessUses) {
  const auto resident = static_cast<double>(ReadProcessMemory().resident);
  const MemoryUse use = ReadMemoryUse();
  EXPECT_NEAR(static_cast<double>(use.rss), resident, 16 << 20);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // their heap tells nothing
  EXPECT_GT(use.heap_used, 0u);
#endif
  EXPECT_GE(use.heap_total, use.heap_used);
}

}  // namespace
}  // namespace pigeonhub::net
