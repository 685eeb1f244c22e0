// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/handshake_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HandshakeWatchTest : public testing::Test {
 protected:
  static HandshakeFilter Pair(char one, char other) { return {std::pair(Id(one), Id(other)), ""}; }
  static HandshakeFilter Room(const char* network) { return {std::nullopt, network}; }
  bool ShowsHere(char from, char to, std::string_view network = "room") {
    const PeerId target = Id(to);
    return watch_.ViewersOf(now_, {Id(from), &target, network}).here;
  }
  std::vector<PeerId> HubsFor(char from, char to, std::string_view network = "room") {
    const PeerId target = Id(to);
    return watch_.ViewersOf(now_, {Id(from), &target, network}).hubs;
  }

  Counter omitted_;
  HandshakeWatch watch_{omitted_};
  SteadyTime now_{1h};
};

TEST_F(HandshakeWatchTest, ShowsNothingAtFirst) {
  EXPECT_FALSE(watch_.any());
  EXPECT_FALSE(ShowsHere('a', 'b'));
  EXPECT_EQ(watch_.NextDeadline(), std::nullopt);
}

TEST_F(HandshakeWatchTest, ShowsAPairBothWaysAndNobodyElse) {
  watch_.WatchHere({Pair('a', 'b')});
  EXPECT_TRUE(ShowsHere('a', 'b'));
  EXPECT_TRUE(ShowsHere('b', 'a'));
  EXPECT_FALSE(ShowsHere('a', 'c'));
  EXPECT_FALSE(ShowsHere('c', 'b'));
  EXPECT_TRUE(watch_.ViewersOf(now_, {Id('b'), nullptr, "room"}).here) << "its announce";
  EXPECT_FALSE(watch_.ViewersOf(now_, {Id('c'), nullptr, "room"}).here);
  watch_.WatchHere({});
  EXPECT_FALSE(watch_.any());
}

TEST_F(HandshakeWatchTest, ShowsSoManyOfANamespaceInASecondAndCountsTheRest) {
  watch_.WatchHere({Room("room"), Pair('c', 'd')});
  EXPECT_FALSE(ShowsHere('a', 'b', "other"));
  size_t shown = 0;
  for (size_t i = 0; i < HandshakeWatch::kStepsPerSecond + 100; ++i) shown += ShowsHere('a', 'b');
  EXPECT_EQ(shown, HandshakeWatch::kStepsPerSecond);
  EXPECT_TRUE(ShowsHere('c', 'd')) << "of whom one filter has room";
  EXPECT_EQ(omitted_.value(), 100u);
  watch_.WatchHere({Room("room")});
  EXPECT_FALSE(ShowsHere('a', 'b')) << "who comes again gets no more";
  EXPECT_EQ(watch_.TakeOmitted(std::nullopt), 101u);
  EXPECT_EQ(watch_.TakeOmitted(std::nullopt), 0u);
  now_ += 1s;
  EXPECT_TRUE(ShowsHere('a', 'b'));
}

TEST_F(HandshakeWatchTest, TellsAnotherHubAsLongAsThatAsks) {
  ASSERT_TRUE(watch_.Lease(now_, Id('1'), Pair('a', 'b')));
  ASSERT_TRUE(watch_.Lease(now_, Id('2'), Room("room")));
  EXPECT_THAT(HubsFor('a', 'b'), ElementsAre(Id('1'), Id('2')));
  EXPECT_FALSE(ShowsHere('a', 'b'));
  now_ += HandshakeWatch::kLease / 2;
  ASSERT_TRUE(watch_.Lease(now_, Id('1'), Pair('a', 'b')));
  now_ += HandshakeWatch::kLease / 2;
  ASSERT_EQ(watch_.NextDeadline(), now_);
  watch_.EndLeases(now_);
  EXPECT_THAT(HubsFor('a', 'b'), ElementsAre(Id('1')));
  now_ += HandshakeWatch::kLease / 2;
  watch_.EndLeases(now_);
  EXPECT_THAT(HubsFor('a', 'b'), IsEmpty());
  EXPECT_FALSE(watch_.any()) << "and costs nothing";
  EXPECT_EQ(watch_.NextDeadline(), std::nullopt);
}

TEST_F(HandshakeWatchTest, TakesSoManyFiltersAndHubsAndNoMore) {
  for (size_t i = 0; i < HandshakeWatch::kMostFilters; ++i) {
    ASSERT_TRUE(watch_.Lease(now_, Id('1'), Room(std::string(i + 1, 'x').c_str())));
  }
  EXPECT_FALSE(watch_.Lease(now_, Id('1'), Room("one more")));
  EXPECT_TRUE(watch_.Lease(now_, Id('1'), Room("x"))) << "that it has";
  EXPECT_FALSE(watch_.Lease(now_, Id('2'), Room(std::string(5000, 'x').c_str())));
  for (size_t i = 1; i < HandshakeWatch::kMostHubs; ++i) {
    ASSERT_TRUE(watch_.Lease(now_, NumberedId(i), Room("room")));
  }
  EXPECT_FALSE(watch_.Lease(now_, Id('2'), Room("room")));
}

TEST_F(HandshakeWatchTest, CountsForEachHubWhatItWasNotTold) {
  ASSERT_TRUE(watch_.Lease(now_, Id('1'), Room("room")));
  ASSERT_TRUE(watch_.Lease(now_, Id('2'), Pair('a', 'b')));
  for (size_t i = 0; i < HandshakeWatch::kStepsPerSecond + 7; ++i) HubsFor('a', 'c');
  watch_.NoteOmitted(Id('2'));
  EXPECT_EQ(watch_.TakeOmitted(Id('1')), 7u);
  EXPECT_EQ(watch_.TakeOmitted(Id('2')), 1u);
  EXPECT_EQ(watch_.TakeOmitted(Id('3')), 0u);
  EXPECT_EQ(omitted_.value(), 8u);
}

}  // namespace
}  // namespace pigeonhub
