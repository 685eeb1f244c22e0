// SPDX-License-Identifier: Apache-2.0
//
// One id, here and at a mesh hub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(AMeshHub, IsAskedForAPeerThatComesToUs) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 4)});
  b_.Take();
  FakePeer seven = hub_.Open(Id('7'));
  EXPECT_TRUE(seven.paused());
  EXPECT_THAT(b_.Take(), ElementsAre("claim 7"));
  b_.Say({mesh::Holds{Id('7')}});
  EXPECT_EQ(seven.closed(), Reason::kPeerAlreadyConnected);

  FakePeer again = hub_.Open(Id('7'));
  b_.Say({mesh::Yields{Id('7'), 9}});
  EXPECT_THAT(again.Take(), ElementsAre("connected 7")) << "at once";
  EXPECT_FALSE(again.paused());
  b_.Say({mesh::Want{Text("room")}});
  b_.Take();
  again.Announce("room");
  EXPECT_THAT(b_.Take(), ElementsAre("join 7 in room generation 10"));
}

TEST_F(AMeshHub, LosesItsPeerToUsIfItDoesNotAnswer) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 4), mesh::Want{Text("room")}});
  FakePeer seven = hub_.Open(Id('7'));
  hub_.Advance(3s);
  EXPECT_THAT(seven.Take(), ElementsAre("connected 7"));
  b_.Take();
  seven.Announce("room");
  EXPECT_THAT(b_.Take(), Contains("join 7 in room generation 5"));
}

TEST_F(AMeshHub, IsOutbidByAPeerThatLivesHereAndHasNotAnnouncedYet) {
  FakePeer seven = hub_.Connect(Id('7'));
  hub_.Join(Id('1'), "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Say({JoinOp('7', "room", 4)});
  hub_.Handle(Alive{seven.connection()}).IgnoreError();
  b_.Take();
  seven.Announce("room");
  EXPECT_THAT(b_.Take(), ElementsAre("join 7 in room generation 5"));
}

TEST_F(AMeshHub, IsToldWhetherAPeerThatItClaimsLives) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Take();
  b_.Say({mesh::Claim{Id('1')}});
  EXPECT_EQ(hub_.inbox(one.connection()).probes, 1);
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_THAT(b_.Take(), ElementsAre("holds 1"));
  hub_.Advance(3s);
  b_.Say({mesh::Claim{Id('1')}});
  hub_.Advance(3s);
  EXPECT_EQ(one.closed(), Reason::kReplaced);
  EXPECT_THAT(b_.Take(), Contains("yields 1 generation 1"));
}

TEST_F(AMeshHub, IsToldWithoutAskingOfAPeerThatLivedThreeSecondsAgo) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Take();
  for (int i = 0; i < 100; ++i) {
    b_.Say({mesh::Claim{Id('1')}});
    hub_.Handle(Alive{one.connection()}).IgnoreError();
    EXPECT_THAT(b_.Take(), ElementsAre("holds 1"));
    hub_.Advance(100ms);
  }
  EXPECT_EQ(hub_.inbox(one.connection()).probes, 4) << "after 0, 3, 6 and 9 s";
}

TEST_F(AMeshHub, ThatSaysAgainAndAgainThatItHasOurPeerAsksItOnceInThirtySeconds) {
  FakePeer one = Enter('1', "room");
  d_.Say({mesh::Want{Text("room")}});
  d_.Take();
  size_t announced = 0;
  for (int second = 0; second < 61; ++second) {
    for (int i = 0; i < 10; ++i) {
      b_.Say({mesh::Claim{Id('1')}, mesh::Yields{Id('1'), 0}, LeaveOp('1', "room"),
              JoinOp('1', i % 2 == 0 ? "room" : "other", 1000 + second),
              JoinOp('1', "room", 1000 + second)});
      hub_.Handle(Alive{one.connection()}).IgnoreError();
    }
    for (const std::string& line : d_.Take()) announced += line.starts_with("join 1 ") ? 1 : 0;
    d_.Say({});  // acknowledges it
    hub_.Advance(1s);
  }
  EXPECT_EQ(one.closed(), std::nullopt);
  EXPECT_GE(announced, 1u);
  EXPECT_LE(announced, 3u) << "after 0, 30 and 60 s, unless it has yielded the peer by then";
}

TEST_F(AMeshHub, WhoseClaimComesTooSoonIsAskedForItOnceTheRestIsOver) {
  FakePeer one = Enter('1', "room");
  FakePeer two = Enter('2', "room");
  b_.Say({JoinOp('1', "room", 5)});
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  hub_.Advance(10s);
  b_.Take();
  b_.Say({JoinOp('1', "room", 9)});
  hub_.Advance(19s);
  EXPECT_EQ(hub_.inbox(one.connection()).probes, 1);
  EXPECT_THAT(b_.Take(), Not(Contains("yields 1 generation 0")));
  hub_.Advance(1s);
  EXPECT_THAT(b_.Take(), Contains("yields 1 generation 0"));
  b_.Say({JoinOp('1', "room", 9)});
  EXPECT_EQ(hub_.inbox(one.connection()).probes, 2);
  hub_.Advance(3s);
  EXPECT_EQ(one.closed(), Reason::kReplaced) << "it was silent";
  EXPECT_EQ(remote_peers(), 1u);
}

TEST_F(AMeshHub, ThatTakesAClaimBackIsNotAskedForIt) {
  FakePeer one = Enter('1', "room");
  b_.Say({JoinOp('1', "room", 5)});
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  b_.Say({JoinOp('1', "room", 9), LeaveOp('1', "room")});
  b_.Take();
  hub_.Advance(40s);
  EXPECT_THAT(b_.Take(), Not(Contains("yields 1 generation 0")));
}

TEST_F(AMeshHub, GetsAPeerThatItClaimsOnceThatLeaves) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  FakePeer three = hub_.Join(Id('3'), "room");
  b_.Say({mesh::Claim{Id('1')}, mesh::Claim{Id('2')}, mesh::Claim{Id('3')}});
  b_.Take();
  one.Goodbye();
  EXPECT_THAT(b_.Take(), Contains("yields 1 generation 1"));
  two.Drop(Reason::kPeerClosed, 1001, "");
  EXPECT_THAT(b_.Take(), Contains("yields 2 generation 1"));
  three.Drop(Reason::kTransportLost);
  EXPECT_THAT(b_.Take(), Contains("yields 3 generation 1"));
}

TEST_F(AMeshHub, CannotTakeAllGenerations) {
  FakePeer one = Enter('1', "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Say({JoinOp('1', "room", mesh::kMostNumber)});
  b_.Take();
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_THAT(b_.Take(), ElementsAre("join 1 in room generation 9007199254740991 alive"))
      << "a higher one is none that hubs can tell each other";
  hub_.Join(Id('2'), "room");
  b_.Say({JoinOp('7', "room", mesh::kMostNumber)});
  FakePeer seven = hub_.Open(Id('7'));
  b_.Say({mesh::Yields{Id('7'), mesh::kMostNumber}});
  b_.Take();
  seven.Announce("room");
  EXPECT_THAT(b_.Take(), ElementsAre("join 7 in room generation 9007199254740991"));
}

TEST_F(AMeshHub, ContestsAPeerByGenerationThenById) {
  FakePeer one = hub_.Join(Id('1'), "room");
  auto& inbox = hub_.inbox(one.connection());
  b_.Say({JoinOp('1', "room", 1)});
  EXPECT_EQ(inbox.probes, 0) << "the lower id: it has lost, and gives its own up";
  d_.Say({mesh::Want{Text("room")}});
  d_.Take();
  d_.Say({JoinOp('1', "room", 1)});
  EXPECT_EQ(inbox.probes, 1);
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_THAT(d_.Take(), ElementsAre("join 1 in room generation 2 alive"));
  hub_.Advance(30s);
  d_.Take();
  b_.Say({JoinOp('1', "room", 5)});
  EXPECT_EQ(inbox.probes, 2);
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_THAT(d_.Take(), ElementsAre("join 1 in room generation 6 alive"));
  b_.Say({JoinOp('1', "room", 3, /*alive=*/true)});
  EXPECT_FALSE(one.closed().has_value());
  EXPECT_EQ(inbox.probes, 2);
  hub_.Advance(30s);
  d_.Take();
  b_.Say({JoinOp('1', "room", 7, /*alive=*/true)});
  EXPECT_EQ(inbox.probes, 3);
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_FALSE(one.closed().has_value()) << "both live";
  EXPECT_THAT(d_.Take(), IsEmpty()) << "else the two would go on for ever";
}

TEST_F(AMeshHub, EndsNoConnectionThatAnswersWhateverItSays) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  b_.Say({JoinOp('2', "room", 1)});
  for (const bool alive : {true, false}) {
    for (const uint64_t generation : {uint64_t{1}, uint64_t{9}, mesh::kMostNumber}) {
      b_.Say({mesh::Claim{Id('1')}, JoinOp('1', "room", generation, alive),
              JoinOp('1', "other", generation, alive), mesh::Holds{Id('1')},
              mesh::Yields{Id('1'), generation}, LeaveOp('1', "room", /*goodbye=*/true),
              JoinOp('1', "room", generation, alive)});
      hub_.Handle(Alive{one.connection()}).IgnoreError();
      hub_.Handle(Alive{two.connection()}).IgnoreError();
      hub_.Advance(5s);
      EXPECT_FALSE(one.closed().has_value()) << generation << ' ' << alive;
    }
  }
  hub_.ForgetMessages();
  two.Offer(Id('1'), "room");
  EXPECT_THAT(one.Take(), Contains(HasSubstr("offer 2 to 1")));
}

TEST_F(AMeshHub, HasItsOwnConnectionOfAPeerAndSoHaveWeWhereBothLive) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  d_.Say({JoinOp('8', "room", 1)});
  b_.Say({mesh::Want{Text("room")}, JoinOp('1', "room", 9, /*alive=*/true)});
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  hub_.ForgetMessages();
  two.Offer(Id('1'), "room");
  d_.Say({SignalOp('8', '1', "room")});
  EXPECT_THAT(one.Take(), ElementsAre(HasSubstr("offer 2 to 1"), HasSubstr("offer 8 to 1")));
  EXPECT_THAT(b_.Take(), Not(Contains(HasSubstr("signal")))) << "nobody gets a signal twice";
  // What their connection says is not taken for ours; nor ends ours when theirs does.
  b_.Say({SignalOp('1', '2', "room")});
  EXPECT_THAT(two.Take(), IsEmpty());
  b_.Say({LeaveOp('1', "room")});
  EXPECT_THAT(two.Take(), IsEmpty());
  EXPECT_FALSE(one.closed().has_value());
}

TEST_F(AMeshHub, GetsNoPeerThatAnotherHubHasAndHolds) {
  FakePeer one = hub_.Join(Id('1'), "room");
  d_.Say({JoinOp('7', "room", 1)});
  hub_.ForgetMessages();
  b_.Say({JoinOp('7', "room", mesh::kMostNumber, /*alive=*/true)});
  EXPECT_THAT(d_.Take(), ElementsAre("claim 7")) << "its connection may be over";
  EXPECT_THAT(one.Take(), IsEmpty());
  d_.Say({mesh::Holds{Id('7')}});
  one.Offer(Id('7'), "room");
  EXPECT_THAT(d_.Take(), ElementsAre(HasSubstr("signal 1 to 7")));
  b_.Say({LeaveOp('7', "room", /*goodbye=*/true)});
  EXPECT_THAT(one.Take(), IsEmpty());
  b_.Say({JoinOp('7', "room", mesh::kMostNumber, /*alive=*/true)});
  d_.Say({LeaveOp('7', "room")});
  b_.Take();
  one.Offer(Id('7'), "room");
  EXPECT_THAT(b_.Take(), Contains(HasSubstr("signal 1 to 7"))) << "nobody else has it";
}

TEST_F(AMeshHub, KeepsThePeerThatOursWasGivenUpFor) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  b_.Say({JoinOp('1', "room", 5)});
  hub_.ForgetMessages();
  hub_.Advance(3s);
  EXPECT_EQ(one.closed(), Reason::kReplaced);
  EXPECT_THAT(two.Take(), ElementsAre("disconnected 1 in room: replaced", "discovered 1 in room"));
  two.Offer(Id('1'), "room");
  EXPECT_THAT(b_.Take(), Contains(HasSubstr("signal 2 to 1")));
}

TEST_F(AMeshHub, IsToldOfOursAgainWhenItGivesOneUp) {
  hub_.Join(Id('1'), "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Take();
  b_.Say({LeaveOp('1', "room")});
  EXPECT_THAT(b_.Take(), ElementsAre("join 1 in room generation 1"));
}

TEST_F(AMeshHub, IsAskedToTellAgainOfAPeerThatSaidGoodbyeElsewhere) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 3)});
  d_.Say({JoinOp('7', "room", 1)});
  one.Take();
  b_.Take();
  d_.Take();
  b_.Say({LeaveOp('7', "room", /*goodbye=*/true)});
  EXPECT_THAT(one.Take(), ElementsAre("goodbye 7 in room", "disconnected 7 in room: goodbye"));
  EXPECT_THAT(d_.Take(), ElementsAre("yields 7 generation 0")) << "it may be the newer one";
  EXPECT_THAT(b_.Take(), IsEmpty());
}

TEST_F(AMeshHub, NoLongerHasAPeerThatCameHereToAnotherNamespace) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.Join(Id('2'), "other");
  FakePeer seven = hub_.Open(Id('7'));
  b_.Say({mesh::Yields{Id('7'), 1}});
  hub_.ForgetMessages();
  seven.Announce("other");
  EXPECT_THAT(one.Take(), ElementsAre("disconnected 7 in room: moved"));
  EXPECT_EQ(remote_peers(), 0u);
}

}  // namespace
}  // namespace pigeonhub
