// SPDX-License-Identifier: Apache-2.0
//
// One peer id on two hubs: one of them keeps it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Ownership : public ::testing::Test {
 protected:
  Ownership() {
    net_.Add('a');
    net_.Add('b', "a");
    net_.Join('b', '2', "room");
    net_.Join('a', '3', "room");
  }
  std::vector<std::string> About(char peer, char told) {
    std::vector<std::string> lines;
    for (const std::string& line : net_.Take(told)) {
      if (line.find(std::string(" ") + peer + " in") != std::string::npos) lines.push_back(line);
    }
    return lines;
  }
  HubNet net_;
};

TEST_F(Ownership, LeavesAPeerToTheHubWhereItLives) {
  net_.Join('a', '1', "room");
  net_.Take('2');
  EXPECT_EQ(net_.Rival('b', '1'), "peer_already_connected");
  EXPECT_THAT(About('1', '2'), IsEmpty());
}

TEST_F(Ownership, HandsAPeerOverWhenItsOldConnectionIsSilentForThreeSeconds) {
  net_.Join('a', '1', "room");
  net_.GoSilent('1');
  for (char peer : {'1', '2', '3'}) net_.Take(peer);
  net_.Join('b', '1', "room", R"("n":2)");
  net_.Advance(2900ms);
  EXPECT_THAT(net_.Take('1'), IsEmpty()) << "it waits";
  net_.Advance(200ms);
  EXPECT_THAT(net_.Take('1'), Contains("connected 1"));
  net_.Announce('1', "room", R"("n":2)");
  EXPECT_THAT(About('1', '3'), Contains(R"(discovered 1 in room {"n":2})"));
  net_.Take('1');
  net_.Offer('3', '1', "room", "7");
  EXPECT_THAT(net_.Take('1'), ElementsAre("offer 3 to 1 in room 7"));
}

TEST_F(Ownership, TakesOverAtOnceFromAHubThatIsLost) {
  net_.Join('b', '1', "room");
  net_.Kill('b');
  net_.Take('3');
  net_.Join('a', '1', "room");
  EXPECT_THAT(net_.Take('1'), Contains("discovered 3 in room"));
  net_.Advance(10s);
  EXPECT_THAT(About('1', '3'), Each(Not(HasSubstr("disconnected"))))
      << "the lost hub's withdrawal does not concern it any more";
}

TEST_F(Ownership, LeavesBothOfTwoThatMetAfterAPartitionAndLive) {
  net_.Join('a', '1', "room");
  net_.Cut('a', 'b');
  net_.Advance(5s);
  EXPECT_EQ(net_.Rival('b', '1'), "") << "nobody there knew of the other";
  net_.Heal('a', 'b');
  net_.Advance(30s);
  EXPECT_EQ(net_.Closed('1'), "");
  EXPECT_EQ(net_.RivalClosed(), "");
  EXPECT_TRUE(net_.hub('a').FindPeer(Id('1')).has_value());
  EXPECT_TRUE(net_.hub('b').FindPeer(Id('1')).has_value());
}

TEST_F(Ownership, GivesUpASilentConnectionForAnotherHubsPeerAfterAPartition) {
  net_.Join('a', '1', "room");
  net_.GoSilent('1');
  net_.Cut('a', 'b');
  net_.Advance(5s);
  net_.Join('b', '1', "room");
  net_.Heal('a', 'b');
  net_.Advance(30s);
  EXPECT_FALSE(net_.hub('a').FindPeer(Id('1')).has_value());
  EXPECT_TRUE(net_.hub('b').FindPeer(Id('1')).has_value());
  net_.Take('1');
  net_.Offer('3', '1', "room", "7");
  EXPECT_THAT(net_.Take('1'), ElementsAre("offer 3 to 1 in room 7"));
}

}  // namespace
}  // namespace pigeonhub
