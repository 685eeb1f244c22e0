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
  b_.Say({mesh::Claim{Id('1')}});
  hub_.Advance(3s);
  EXPECT_EQ(one.closed(), Reason::kReplaced);
  EXPECT_THAT(b_.Take(), Contains("yields 1 generation 1"));
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
  b_.Say({JoinOp('1', "room", 5)});
  EXPECT_EQ(inbox.probes, 2);
  hub_.Handle(Alive{one.connection()}).IgnoreError();
  EXPECT_THAT(d_.Take(), ElementsAre("join 1 in room generation 6 alive"));
  b_.Say({JoinOp('1', "room", 3, /*alive=*/true)});
  EXPECT_FALSE(one.closed().has_value());
  b_.Say({JoinOp('1', "room", 7, /*alive=*/true)});
  EXPECT_EQ(one.closed(), Reason::kReplaced);
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
  EXPECT_THAT(b_.Take(), ::testing::IsEmpty());
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
