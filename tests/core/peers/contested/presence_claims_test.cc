// SPDX-License-Identifier: Apache-2.0
//
// A reference hub says that it has a peer which is connected here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Duration kRest = 30s;

class PlainClaim : public ::testing::Test {
 protected:
  int probes() { return hub_.inbox(a_.connection()).probes; }
  void Answer() { ASSERT_TRUE(hub_.Handle(Alive{a_.connection()}).ok()); }
  uint64_t refused(size_t link = 0) { return hub_.hub().Links().at(link).counts.refused; }

  HubFixture hub_{HubServer()};
  FakePeer one_ = hub_.JoinAsHub(Id('1'));
  FakePeer a_ = hub_.Join(Id('a'), "room", R"("n":1)");
  FakePeer b_ = hub_.Join(Id('b'), "room");
  void SetUp() override { hub_.ForgetMessages(); }
};

TEST_F(PlainClaim, IsAnsweredWithOurPeerWhereItLives) {
  one_.Report(Id('a'), "room", R"("n":2)");
  EXPECT_EQ(probes(), 1);
  EXPECT_EQ(refused(), 0u) << "nobody knows yet";
  Answer();
  EXPECT_THAT(one_.Take(), ElementsAre(R"(discovered a in room {"n":1} (link))"));
  EXPECT_EQ(refused(), 1u);
  EXPECT_EQ(hub_.counted(Reason::kRemoteClaimsLocal), 1u);
  hub_.Advance(60s);
  EXPECT_EQ(a_.closed(), std::nullopt);
  EXPECT_THAT(b_.Take(), IsEmpty());
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
}

TEST_F(PlainClaim, IsRefusedByWhateverThePeerSays) {
  one_.Report(Id('a'), "room");
  hub_.Advance(2900ms);
  a_.Ping();
  hub_.Advance(60s);
  EXPECT_EQ(a_.closed(), std::nullopt);
  EXPECT_EQ(refused(), 1u);
}

TEST_F(PlainClaim, TakesAPeerThatIsSilentForThreeSeconds) {
  one_.Report(Id('a'), "room", R"("n":2)");
  hub_.Advance(2900ms);
  EXPECT_EQ(a_.closed(), std::nullopt);
  EXPECT_THAT(b_.Take(), IsEmpty());
  hub_.Advance(200ms);
  EXPECT_EQ(a_.closed(), Reason::kReplaced);
  EXPECT_THAT(b_.Take(),
              ElementsAre("disconnected a in room: replaced", R"(discovered a in room {"n":2})"));
  EXPECT_EQ(refused(), 0u);
  one_.Take();
  b_.Offer(Id('a'), "room", "7");
  EXPECT_THAT(one_.Take(), ElementsAre("offer b to a in room 7"));
}

TEST_F(PlainClaim, TakesAPeerThatSaysGoodbye) {
  one_.Report(Id('a'), "room", R"("n":2)");
  a_.Goodbye();
  EXPECT_EQ(a_.closed(), Reason::kGoodbye);
  EXPECT_EQ(refused(), 0u);
  EXPECT_THAT(b_.Take(), Contains(R"(discovered a in room {"n":2})"));
}

TEST_F(PlainClaim, TakesASilentPeerIntoANamespaceWithoutMembersHere) {
  one_.Report(Id('a'), "elsewhere");
  hub_.Advance(4s);
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 1u);
  b_.Announce("elsewhere");
  EXPECT_THAT(b_.Take(), Contains("discovered a in elsewhere"));
}

TEST_F(PlainClaim, CountsInItsNewestWords) {
  one_.Report(Id('a'), "room", R"("n":2)");
  one_.Report(Id('a'), "room", R"("n":3)");
  hub_.Advance(4s);
  EXPECT_EQ(probes(), 1);
  EXPECT_THAT(b_.Take(), Contains(R"(discovered a in room {"n":3})"));
}

TEST_F(PlainClaim, AsksOnceInThirtySecondsHoweverOftenItIsRepeated) {
  for (int second = 0; second < 61; ++second) {
    for (int i = 0; i < 10; ++i) one_.Report(Id('a'), "room");
    if (probes() > 0) Answer();
    hub_.Advance(1s);
  }
  EXPECT_EQ(probes(), 3) << "after 0, 30 and 60 s";
  EXPECT_EQ(a_.closed(), std::nullopt);
}

TEST_F(PlainClaim, ThatComesTooSoonIsSettledLater) {
  one_.Report(Id('a'), "room");
  Answer();
  hub_.Advance(10s);
  one_.Report(Id('a'), "room", R"("n":2)");
  hub_.Advance(kRest - 10s - 1ms);
  EXPECT_EQ(probes(), 1);
  hub_.Advance(1ms);
  EXPECT_EQ(probes(), 2);
  hub_.Advance(3s);
  EXPECT_EQ(a_.closed(), Reason::kReplaced);
  EXPECT_THAT(b_.Take(), Contains(R"(discovered a in room {"n":2})"));
}

TEST_F(PlainClaim, ThatOnlyEchoesOurAnswerEnds) {
  one_.Report(Id('a'), "room");
  int answers = 0;
  for (int second = 0; second < 200; ++second) {
    if (probes() > 0) Answer();
    for (const std::string& line : one_.Take()) {
      ASSERT_EQ(line, R"(discovered a in room {"n":1} (link))");
      ++answers;
      one_.Report(Id('a'), "room", R"("n":1)");
    }
    hub_.Advance(1s);
  }
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(probes(), 2) << "the echo might have been a claim, and was looked into once";
}

TEST_F(PlainClaim, ThatIsWithdrawnInTimeLeavesNothing) {
  one_.Report(Id('a'), "room");
  one_.Withdraw(Id('a'), "room");
  hub_.Advance(4s);
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
  EXPECT_THAT(b_.Take(), ElementsAre("disconnected a in room: replaced")) << "it was silent";
}

TEST_F(PlainClaim, ThatIsWithdrawnWhileItWaitsIsForgotten) {
  one_.Report(Id('a'), "room");
  Answer();
  one_.Report(Id('a'), "room");
  one_.Withdraw(Id('a'), "room");
  hub_.Advance(2 * kRest);
  EXPECT_EQ(probes(), 1);
}

TEST_F(PlainClaim, OfALinkThatIsLostIsForgotten) {
  one_.Report(Id('a'), "room");
  Answer();
  one_.Report(Id('a'), "room");
  one_.Drop();
  hub_.Advance(2 * kRest);
  EXPECT_EQ(probes(), 1);
  EXPECT_EQ(a_.closed(), std::nullopt);
}

TEST_F(PlainClaim, OnAHubIsRefusedAtOnce) {
  FakePeer two = hub_.Connect(Id('2'));
  two.Announce("room", "", /*is_hub=*/true);
  one_.Report(Id('2'), "room");
  EXPECT_EQ(hub_.inbox(two.connection()).probes, 0);
  EXPECT_EQ(refused(), 1u);
}

TEST_F(PlainClaim, OfASecondHubIsAnsweredToo) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  hub_.ForgetMessages();
  one_.Report(Id('a'), "room");
  Answer();
  two.Report(Id('a'), "room");
  hub_.Advance(kRest);
  EXPECT_EQ(probes(), 2);
  Answer();
  EXPECT_THAT(one_.Take(), ElementsAre(R"(discovered a in room {"n":1} (link))"));
  EXPECT_THAT(two.Take(), ElementsAre(R"(discovered a in room {"n":1} (link))"));
}

TEST(PlainServer, AsksForAPlainClaimAndTellsNobody) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Join(Id('a'), "room");
  one.Report(Id('a'), "room");
  EXPECT_EQ(hub.inbox(a.connection()).probes, 1);
  ASSERT_TRUE(hub.Handle(Alive{a.connection()}).ok());
  EXPECT_THAT(one.Take(), IsEmpty()) << "it tells hubs that dialed it of nobody";
}

}  // namespace
}  // namespace pigeonhub
