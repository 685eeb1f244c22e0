// SPDX-License-Identifier: Apache-2.0
//
// Which of our members a mesh hub hears of, and of whose it tells us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

const std::vector<std::string> kRoomOfOne = {"listing room", "join 1 in room generation 1",
                                             "listed room"};

TEST_F(AMeshHub, IsKeptInMindForNothingWhereWeHaveNobody) {
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), IsEmpty()) << "nor does it need an answer";
  EXPECT_EQ(hub_.hub().counters().remote_bytes.value(), 0u);
  Enter('1', "room");
  EXPECT_THAT(b_.Take(), ElementsAre("want room")) << "with which it is asked itself";
}

TEST_F(AMeshHub, WantsWhatItListsMembersOf) {
  Enter('1', "room");
  b_.Take();
  b_.Say({mesh::Listing{Text("room")}, JoinOp('7', "room", 1), JoinOp('8', "room", 1),
          mesh::Listed{Text("room")}});
  EXPECT_EQ(b_.Take(), kRoomOfOne) << "once";
  Enter('2', "room");
  EXPECT_THAT(b_.Take(), ElementsAre("join 2 in room generation 1"));
}

TEST_F(AMeshHub, WantsWhatItTellsAJoinOf) {
  Enter('1', "room");
  b_.Take();
  b_.Say({JoinOp('7', "room", 1)});
  EXPECT_EQ(b_.Take(), kRoomOfOne);
}

TEST_F(AMeshHub, IsToldThatWeHaveNobodyWhereItMayKeepOneThatLeft) {
  FakePeer one = Enter('1', "room");
  b_.Say({mesh::Want{Text("room")}});
  b_.Say({mesh::Unwant{Text("room")}});
  b_.Take();
  one.Drop();
  EXPECT_THAT(b_.Take(), IsEmpty());
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), ElementsAre("nobody in room")) << "it may have heard of 1 in between";
  b_.Say({mesh::Unwant{Text("room")}, mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), IsEmpty());
}

TEST_F(AMeshHub, CanKeepNobodyForLong) {
  FakePeer one = Enter('1', "room");
  b_.Say({mesh::Want{Text("room")}, mesh::Unwant{Text("room")}});
  one.Drop();
  b_.Take();
  hub_.Advance(60s);
  b_.Take();
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), IsEmpty());
}

TEST_F(AMeshHub, IsToldThatWeHaveNobodyUntilItHasSaidWhatItWantsFromTheStart) {
  b_.BeginAnew();
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_THAT(b_.Take(), Contains("nobody in room"));
  b_.Say({mesh::Want{Text("attic")}, mesh::Nobody{Text(kMesh)}, mesh::Want{Text("cellar")}});
  EXPECT_THAT(b_.Take(), ElementsAre("nobody in attic"));
}

TEST_F(AMeshHub, LosesWhomItDoesNotNameAgainWhenItBeginsAnew) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "other");
  b_.Say({JoinOp('7', "room", 1), JoinOp('8', "room", 1), JoinOp('9', "other", 1)});
  hub_.ForgetMessages();
  b_.BeginAnew();
  b_.Say({mesh::Nobody{Text(kMesh)}});
  b_.Say({mesh::Listing{Text("room")}, JoinOp('7', "room", 1), mesh::Listed{Text("room")}});
  EXPECT_THAT(one.Take(), ElementsAre("disconnected 8 in room: disconnected"));
  EXPECT_THAT(two.Take(), IsEmpty()) << "not yet";
  b_.Say({mesh::Listed{Text("")}});
  EXPECT_THAT(two.Take(), ElementsAre("disconnected 9 in other: disconnected"));
  EXPECT_THAT(one.Take(), IsEmpty());
}

TEST_F(AMeshHub, IsNotToldThatWeWantNothingMoreWhereItHasNobody) {
  FakePeer one = Enter('1', "room");
  b_.Say({JoinOp('7', "room", 1)});
  b_.Take();
  d_.Take();
  one.Drop();
  EXPECT_THAT(b_.Take(), ElementsAre("leave 1 in room: disconnected", "unwant room"));
  EXPECT_THAT(d_.Take(), IsEmpty()) << "it has not kept that we wanted it";
}

TEST_F(AMeshHub, IsToldOnceThatWeDoNotWantWhatItTells) {
  b_.Say({JoinOp('7', "room", 1)});
  EXPECT_THAT(b_.Take(), ElementsAre("unwant room"));
  b_.Say({mesh::Listing{Text("room")}, JoinOp('7', "room", 1), JoinOp('8', "room", 1)});
  EXPECT_THAT(b_.Take(), IsEmpty());
  EXPECT_EQ(remote_peers(), 0u);
}

TEST_F(AMeshHub, IsTheOneWhoseReferenceHubHearsOfAllWhileItWantsThat) {
  FakePeer one = Enter('1', "room");
  b_.Say({mesh::WantAll{true}});
  b_.Take();
  Enter('2', "attic");
  EXPECT_THAT(b_.Take(), ElementsAre("want attic", "join 2 in attic generation 1"));
  one.Drop();
  EXPECT_THAT(b_.Take(), ElementsAre("leave 1 in room: disconnected", "unwant room"));
}

// ---- A hub of the version before keeps every want, and says of each whether it has somebody

TEST_F(AMeshHub, MayBeOfTheVersionBeforeWhichTellsJoinsWeNoLongerWant) {
  FakePeer one = Enter('1', "room");
  b_.Say({mesh::Nobody{Text("room")}});
  b_.Take();
  one.Drop();
  EXPECT_THAT(b_.Take(), IsEmpty()) << "it has nobody, so it is not told";
  // Its first member comes.
  b_.Say({mesh::Want{Text("room")}, JoinOp('7', "room", 1)});
  EXPECT_THAT(b_.Take(), ElementsAre("unwant room"));
  EXPECT_EQ(remote_peers(), 0u);
  FakePeer two = hub_.Open(Id('2'));
  two.Announce("room");
  EXPECT_THAT(b_.Take(), ElementsAre("want room"));
  b_.Say({mesh::Listing{Text("room")}, JoinOp('7', "room", 1), mesh::Listed{Text("room")}});
  EXPECT_THAT(b_.Take(), ElementsAre("listing room", "join 2 in room generation 1", "listed room"));
  EXPECT_EQ(remote_peers(), 1u);
}

TEST_F(AMeshHub, MayBeOfTheVersionBeforeWhichBeginsAnewWithAListForEachWant) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "other");
  b_.Say({JoinOp('7', "room", 1), JoinOp('8', "other", 1)});
  hub_.ForgetMessages();
  b_.BeginAnew();
  b_.Say({mesh::Want{Text("room")}, mesh::Nobody{Text(kMesh)}, mesh::Nobody{Text("other")},
          mesh::Listing{Text("room")}, JoinOp('7', "room", 1), mesh::Listed{Text("room")}});
  EXPECT_THAT(one.Take(), IsEmpty());
  EXPECT_THAT(two.Take(), ElementsAre("disconnected 8 in other: disconnected"));
  EXPECT_EQ(remote_peers(), 1u);
}

}  // namespace
}  // namespace pigeonhub
