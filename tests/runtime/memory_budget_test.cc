// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/memory_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>
#include <vector>

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr size_t kKiB = size_t{10} * 1024;
const ConnectionId kSmall(0, 1);
const ConnectionId kMiddle(1, 2);
const ConnectionId kLarge(0, 3);

// 1000 KiB, of which 700 are used otherwise: 150 may be held.
class ABudget : public ::testing::Test {
 protected:
  ABudget() { budget_.Measure(700 * kKiB); }

  // The connection holds so much in messages that are not complete, and in its queue.
  void Hold(ConnectionId connection, size_t message, size_t queue) {
    const auto [message_before, queue_before] = held_[connection];
    MemoryBudget::Sums& sums = budget_.sums(connection.shard());
    sums.message += message - message_before;
    sums.queue += queue - queue_before;
    budget_.Note(connection, message + queue);
    held_[connection] = {message, queue};
  }

  MemoryBudget budget_{1000 * kKiB, 2};
  std::map<ConnectionId, std::pair<size_t, size_t>> held_;
};

TEST_F(ABudget, MakesTheLargestHolderGiveWay) {
  Hold(kSmall, 0, 20 * kKiB);
  Hold(kMiddle, 0, 60 * kKiB);
  Hold(kLarge, 50 * kKiB, 15 * kKiB);
  EXPECT_FALSE(budget_.is_tight());
  EXPECT_THAT(budget_.TakeLargest(), IsEmpty());
  Hold(kSmall, 0, 30 * kKiB);
  EXPECT_TRUE(budget_.is_tight());
  EXPECT_THAT(budget_.TakeLargest(), ElementsAre(kLarge));
  EXPECT_FALSE(budget_.is_tight()) << "what that held counts as free";
}

TEST_F(ABudget, ComesDownWhereManyHoldLittleAndAllTogetherMuch) {
  for (uint64_t i = 0; i < 20; ++i) Hold(ConnectionId(i % 2, 10 + i), 0, 10 * kKiB - i);
  ASSERT_LT(10 * kKiB, MemoryBudget::kLeast);
  EXPECT_TRUE(budget_.is_tight());
  const std::vector<ConnectionId> largest = budget_.TakeLargest();
  EXPECT_THAT(largest, SizeIs(5)) << "200 KiB are held, and 150 may be";
  EXPECT_EQ(largest.front(), ConnectionId(0, 10));
  EXPECT_FALSE(budget_.is_tight());
}

TEST_F(ABudget, MakesNobodyGiveWayWhoHoldsLittleWhereSomethingElseTakesTheMemory) {
  budget_.Measure(990 * kKiB);
  for (uint64_t i = 0; i < 6; ++i) Hold(ConnectionId(0, 10 + i), 10 * kKiB, 0);
  EXPECT_TRUE(budget_.is_tight());
  EXPECT_THAT(budget_.TakeLargest(), IsEmpty());
  Hold(kLarge, MemoryBudget::kLeast, 0);
  EXPECT_THAT(budget_.TakeLargest(), ElementsAre(kLarge));
}

TEST_F(ABudget, CountsWhatIsHeldOnce) {
  Hold(kLarge, 100 * kKiB, 0);
  budget_.Measure(800 * kKiB);  // with these
  EXPECT_FALSE(budget_.is_tight());
  Hold(kLarge, 160 * kKiB, 0);
  EXPECT_TRUE(budget_.is_tight());
  Hold(kLarge, 0, 0);
  EXPECT_FALSE(budget_.is_tight());
  EXPECT_EQ(budget_.held().sum(), 0u);
}

TEST_F(ABudget, MakesNobodyElseGiveWayForWhatIsAboutToBeFree) {
  Hold(kMiddle, 0, 100 * kKiB);
  Hold(kLarge, 0, 120 * kKiB);
  EXPECT_THAT(budget_.TakeLargest(), ElementsAre(kLarge));
  budget_.Measure(920 * kKiB);  // what it held is in use still
  EXPECT_FALSE(budget_.is_tight());
  Hold(kLarge, 0, 0);
  budget_.Measure(800 * kKiB);
  EXPECT_FALSE(budget_.is_tight());
  Hold(kMiddle, 0, 160 * kKiB);
  EXPECT_THAT(budget_.TakeLargest(), ElementsAre(kMiddle));
}

TEST_F(ABudget, SaysWhatAllLoopsHoldByKind) {
  Hold(kSmall, 1, 2);
  Hold(kMiddle, 10, 20);
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
  budget.sums(0).queue = uint64_t{1} << 40;
  budget.Note(kLarge, size_t{1} << 40);
  EXPECT_FALSE(budget.is_tight());
  EXPECT_FALSE(budget.is_short());
  EXPECT_EQ(budget.held().queue, uint64_t{1} << 40) << "for the metrics";
}

}  // namespace
}  // namespace pigeonhub
