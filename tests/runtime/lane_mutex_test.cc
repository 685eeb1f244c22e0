// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/lane_mutex.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <thread>
#include <vector>

#include "server/runtime/mutex.h"

namespace pigeonhub {
namespace {

TEST(LaneMutex, LetsLanesInBesideEachOther) {
  LaneMutex mutex(2);
  const LaneLock one(mutex, 0);
  bool was_in = false;
  std::thread([&] {
    const LaneLock other(mutex, 1);
    was_in = true;
  }).join();
  EXPECT_TRUE(was_in);
}

TEST(LaneMutex, TakesAnyNumberForALane) {
  LaneMutex none(0);
  { const LaneLock lock(none, 7); }
  LaneMutex many(1000);
  { const LaneLock lock(many, 999); }
  const MutexLock alone(many);
}

TEST(LaneMutex, ShowsWhoIsAloneNothingHalfDone) {
  constexpr unsigned kLanes = 3;
  constexpr size_t kTimes = 20'000;
  LaneMutex mutex(kLanes);
  // Each thread of a lane counts twice; who is alone sees both, or neither.
  std::array<std::array<size_t, 2>, kLanes> counts{};
  size_t by_who_is_alone = 0;
  std::vector<std::thread> threads;
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    threads.emplace_back([&, lane] {
      for (size_t i = 0; i < kTimes; ++i) {
        const LaneLock lock(mutex, lane);
        ++counts[lane][0];
        ++counts[lane][1];
      }
    });
  }
  for (int alone = 0; alone < 2; ++alone) {
    threads.emplace_back([&] {
      for (size_t i = 0; i < kTimes; ++i) {
        const MutexLock lock(mutex);
        ++by_who_is_alone;
        for (const auto& [first, second] : counts) ASSERT_EQ(first, second);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(by_who_is_alone, 2 * kTimes);
  for (const auto& [first, second] : counts) EXPECT_EQ(first, kTimes);
}

}  // namespace
}  // namespace pigeonhub
