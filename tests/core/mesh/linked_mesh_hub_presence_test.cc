// SPDX-License-Identifier: Apache-2.0
//
// What we and a mesh hub tell each other of our peers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(AMeshHub, IsToldWhatWeWantAndWhatNoLonger) {
  FakePeer one = Enter('1', "room");
  EXPECT_THAT(b_.Take(), ElementsAre("want room"));
  FakePeer two = Enter('2', "room");
  two.Drop();
  EXPECT_THAT(b_.Take(), IsEmpty());
  b_.Say({JoinOp('7', "room", 1)});
  b_.Take();
  one.Drop();
  EXPECT_THAT(b_.Take(), ElementsAre("leave 1 in room: disconnected", "unwant room"));
}

TEST_F(AMeshHub, IsToldWhatItWantsAndNothingElse) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Take();
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), ElementsAre("listing room", "join 1 in room generation 1", "listed room"));
  one.Announce("room", R"("n":1)");
  EXPECT_THAT(b_.Take(), ElementsAre("join 1 in room generation 1"));
  b_.Say({mesh::Unwant{Text("room")}});
  one.Announce("room", R"("n":2)");
  Enter('2', "other");
  EXPECT_THAT(b_.Take(), ElementsAre("want other"));
}

TEST_F(AMeshHub, IsNotToldOfPeersThatAnotherOneHas) {
  hub_.Join(Id('1'), "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Take();
  d_.Say({JoinOp('7', "room", 1)});
  d_.Say({LeaveOp('7', "room")});
  d_.Say({JoinOp('8', "room", 1)});
  EXPECT_THAT(b_.Take(), IsEmpty());
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), ElementsAre("listing room", "join 1 in room generation 1", "listed room"));
}

TEST_F(AMeshHub, LeavesNothingHereOfNamespacesWithoutMembers) {
  b_.Say({JoinOp('7', "room", 1)});
  EXPECT_EQ(remote_peers(), 0u);
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  EXPECT_EQ(remote_peers(), 1u);
  one.Drop();
  EXPECT_EQ(remote_peers(), 0u);
}

TEST_F(AMeshHub, TakesBackWhomItsNewListDoesNotName) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "other");
  b_.Say({JoinOp('7', "room", 1), JoinOp('8', "room", 1), JoinOp('9', "other", 1)});
  hub_.ForgetMessages();
  b_.Say({mesh::Listing{Text("room")}, JoinOp('7', "room", 1)});
  EXPECT_THAT(one.Take(), IsEmpty());
  b_.Say({mesh::Listed{Text("room")}});
  EXPECT_THAT(one.Take(), ElementsAre("disconnected 8 in room: disconnected"));
  EXPECT_THAT(two.Take(), IsEmpty());
}

TEST_F(AMeshHub, TakesBackEverybodyWhereItHasNobody) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "other");
  b_.Say({JoinOp('8', "room", 1), JoinOp('9', "other", 1)});
  hub_.ForgetMessages();
  b_.Say({mesh::Nobody{Text("room")}});
  EXPECT_THAT(one.Take(), ElementsAre("disconnected 8 in room: disconnected"));
  EXPECT_THAT(two.Take(), IsEmpty());
}

TEST_F(AMeshHub, EndsAPeerEverywhereByItsGoodbyeOnlyIfItHasIt) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  d_.Say({JoinOp('7', "room", 2)});
  hub_.ForgetMessages();
  b_.Say({LeaveOp('7', "room", /*goodbye=*/true)});
  EXPECT_THAT(one.Take(), IsEmpty()) << "it came to d since";
  d_.Say({LeaveOp('7', "room", /*goodbye=*/true)});
  EXPECT_THAT(one.Take(), Contains("disconnected 7 in room: goodbye"));
}

TEST_F(AMeshHub, IsToldEverythingAgainIfItForgotWhatWeSaid) {
  Enter('1', "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Take();
  b_.Say({});
  b_.Forget();
  EXPECT_THAT(b_.Take(),
              ElementsAre("want room", "listing pigeonhub-mesh", "listed pigeonhub-mesh",
                          "listing room", "join 1 in room generation 1", "listed room", "listed "));
}

}  // namespace
}  // namespace pigeonhub
