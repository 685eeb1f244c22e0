// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/memory_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr size_t kKiB = size_t{10} * 1024;
const ConnectionId kSmall(0, 1);
const ConnectionId kMiddle(1, 2);
const ConnectionId kLarge(0, 3);

// 1000 KiB, of which 700 are used otherwise: 150 may be held.
class ABudget : public ::testing::Test {
 protected:
  ABudget() { budget_.Measure(700 * kKiB); }

  MemoryBudget budget_{1000 * kKiB};
};

TEST_F(ABudget, MakesTheLargestHolderGiveWay) {
  budget_.Note(kSmall, {.queue = 20 * kKiB});
  budget_.Note(kMiddle, {.queue = 60 * kKiB});
  budget_.Note(kLarge, {.message = 50 * kKiB, .queue = 15 * kKiB});
  EXPECT_FALSE(budget_.is_tight());
  EXPECT_THAT(budget_.TakeLargest(), IsEmpty());
  budget_.Note(kSmall, {.queue = 30 * kKiB});
  EXPECT_TRUE(budget_.is_tight());
  EXPECT_THAT(budget_.TakeLargest(), ElementsAre(kLarge));
  EXPECT_FALSE(budget_.is_tight()) << "what that held counts as free";
}

TEST_F(ABudget, MakesNobodyGiveWayWhoHoldsLittle) {
  for (uint64_t i = 0; i < 20; ++i) {
    budget_.Note(ConnectionId(0, 10 + i), {.message = MemoryBudget::kLeast - 1});
  }
  EXPECT_TRUE(budget_.is_tight());
  EXPECT_THAT(budget_.TakeLargest(), IsEmpty());
}

TEST_F(ABudget, CountsWhatIsHeldOnce) {
  budget_.Note(kLarge, {.message = 100 * kKiB});
  budget_.Measure(800 * kKiB);  // with these
  EXPECT_FALSE(budget_.is_tight());
  budget_.Note(kLarge, {.message = 160 * kKiB});
  EXPECT_TRUE(budget_.is_tight());
  budget_.Note(kLarge, {});
  EXPECT_FALSE(budget_.is_tight());
  EXPECT_EQ(budget_.held().sum(), 0u);
}

TEST_F(ABudget, SaysWhatIsHeldByKind) {
  budget_.Note(kSmall, {.message = 1, .queue = 2});
  budget_.Note(kLarge, {.message = 10, .queue = 20});
  EXPECT_EQ(budget_.held().message, 11u);
  EXPECT_EQ(budget_.held().queue, 22u);
}

TEST_F(ABudget, IsShortForNewcomersAboveTheLimitUntilATwentiethIsFree) {
  EXPECT_FALSE(budget_.is_short());
  budget_.Measure(1000 * kKiB);
  EXPECT_FALSE(budget_.is_short());
  budget_.Measure(1001 * kKiB);
  EXPECT_TRUE(budget_.is_short());
  budget_.Measure(951 * kKiB);
  EXPECT_TRUE(budget_.is_short()) << "it would flap";
  budget_.Measure(950 * kKiB);
  EXPECT_FALSE(budget_.is_short());
}

TEST(NoBudget, IsNeverTightOrShort) {
  MemoryBudget budget(0);
  budget.Measure(uint64_t{1} << 60);
  budget.Note(kLarge, {.queue = size_t{1} << 40});
  EXPECT_FALSE(budget.is_tight());
  EXPECT_FALSE(budget.is_short());
  EXPECT_EQ(budget.held().queue, size_t{1} << 40) << "for the metrics";
}

}  // namespace
}  // namespace pigeonhub
