// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/memory_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr size_t kKiB = size_t{10} * 1024;
const ConnectionId kSmall(0, 1);
const ConnectionId kMiddle(1, 2);
const ConnectionId kLarge(0, 3);

// 1000 KiB, of which 700 are used otherwise: 150 may be held.
class ABudget : public ::testing::Test {
 protected:
  ABudget() { budget_.Measure(700 * kKiB); }

  // The connection holds so much in messages that are not complete, in its queue, and by what it
  // announced.
  void Hold(ConnectionId connection, size_t message, size_t queue, size_t announced = 0) {
    MemoryBudget::Held& held = held_[connection];
    MemoryBudget::Sums& sums = budget_.sums(connection.shard());
    sums.message += message - held.message;
    sums.queue += queue - held.queue;
    sums.announced += announced - held.announced;
    budget_.Note(connection, {.passing = message + queue, .kept = announced});
    held = {message, queue, announced};
  }

  MemoryBudget budget_{1000 * kKiB, 2};
  std::map<ConnectionId, MemoryBudget::Held> held_;
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

TEST_F(ABudget, IsShortNoMoreWhenThereIsMoreOrNoLimit) {
  budget_.Measure(1100 * kKiB);
  EXPECT_TRUE(budget_.is_short());
  budget_.SetLimit(2000 * kKiB);
  budget_.Measure(1100 * kKiB);
  EXPECT_FALSE(budget_.is_short());
  EXPECT_FALSE(budget_.is_tight());
  budget_.SetLimit(1000 * kKiB);
  budget_.Measure(1100 * kKiB);
  EXPECT_TRUE(budget_.is_short());
  budget_.SetLimit(0);
  EXPECT_FALSE(budget_.is_short());
  EXPECT_FALSE(budget_.is_tight());
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

TEST_F(ABudget, MakesThoseGiveWayWhoAnnouncedTheMost) {
  for (uint64_t i = 0; i < 20; ++i) Hold(ConnectionId(i % 2, 10 + i), 0, 0, 10 * kKiB - i);
  Hold(kSmall, 0, 0, kKiB);
  const std::vector<ConnectionId> largest = budget_.TakeLargest();
  EXPECT_EQ(largest.size(), 6u);
  EXPECT_EQ(largest.front(), ConnectionId(0, 10));
  EXPECT_THAT(largest, Not(Contains(kSmall)));
}

TEST_F(ABudget, DoesNotEndAMessageWhereACrowdAnnouncedMuch) {
  for (uint64_t i = 0; i < 14; ++i) Hold(ConnectionId(0, 10 + i), 0, 0, 10 * kKiB);
  EXPECT_FALSE(budget_.is_tight());
  Hold(kLarge, 40 * kKiB, 0);
  EXPECT_TRUE(budget_.is_tight());
  const std::vector<ConnectionId> largest = budget_.TakeLargest();
  EXPECT_THAT(largest, SizeIs(3));
  EXPECT_THAT(largest, Not(Contains(kLarge))) << "though it holds more than each of them";
}

TEST_F(ABudget, DoesNotTakeAnAnnounceWhereMessagesHoldMuch) {
  Hold(kSmall, 0, 0, 30 * kKiB);
  for (uint64_t i = 0; i < 14; ++i) Hold(ConnectionId(0, 10 + i), 10 * kKiB, 0);
  const std::vector<ConnectionId> largest = budget_.TakeLargest();
  EXPECT_THAT(largest, SizeIs(2));
  EXPECT_THAT(largest, Not(Contains(kSmall)));
}

TEST_F(ABudget, MakesNobodyElseGiveWayForWhatIsFreeAndNotGivenBackYet) {
  for (uint64_t i = 0; i < 20; ++i) Hold(ConnectionId(0, 10 + i), 0, 0, 10 * kKiB);
  budget_.Measure(900 * kKiB);  // with these
  const std::vector<ConnectionId> gone = budget_.TakeLargest();
  EXPECT_THAT(gone, SizeIs(5));
  EXPECT_FALSE(budget_.has_free());
  for (ConnectionId one : gone) Hold(one, 0, 0, 0);
  EXPECT_TRUE(budget_.has_free());
  budget_.Measure(900 * kKiB);
  EXPECT_THAT(budget_.TakeLargest(), IsEmpty());
  budget_.GaveBack();
  EXPECT_FALSE(budget_.has_free());
  budget_.Measure(900 * kKiB);
  EXPECT_THAT(budget_.TakeLargest(), SizeIs(5)) << "something else took it meanwhile";
}

TEST_F(ABudget, SaysWhatAllLoopsHoldByKind) {
  Hold(kSmall, 1, 2);
  Hold(kMiddle, 10, 20, 30);
  EXPECT_EQ(budget_.held().announced, 30u);
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
  budget.Note(kLarge, {.passing = size_t{1} << 40});
  EXPECT_FALSE(budget.is_tight());
  EXPECT_FALSE(budget.is_short());
  EXPECT_EQ(budget.held().queue, uint64_t{1} << 40) << "for the metrics";
}

}  // namespace
}  // namespace pigeonhub
