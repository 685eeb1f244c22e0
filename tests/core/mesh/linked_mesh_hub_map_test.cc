// SPDX-License-Identifier: Apache-2.0
//
// What a mesh hub says of the map, and which of its frames we carry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"
#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(AMeshHub, HasItsNewsPassedOnOnceToAllButItself) {
  HubNode node;
  node.id = Id('b');
  node.neighbors = {{Id('c'), false}};
  b_.Tell(node, 5);
  EXPECT_THAT(d_.Take(), ElementsAre("news b#5[c]"));
  EXPECT_THAT(b_.Take(), IsEmpty());
  b_.Tell(node, 5);
  b_.Tell(node, 4);
  EXPECT_THAT(d_.Take(), IsEmpty());
}

TEST_F(AMeshHub, ThatDoesNotTellOfALinkMakesItOneWay) {
  const auto one_way = [&] { return hub_.hub().Topology().one_way; };
  EXPECT_THAT(one_way(), IsEmpty());
  b_.Tell({Id('d')});
  EXPECT_THAT(one_way(), ElementsAre(TopologyRecord::Edge{Id('c'), Id('b')}))
      << "no way leads to it, so what it tells does not count";
  b_.Tell({Id('c'), Id('d')});
  EXPECT_THAT(one_way(), ElementsAre(TopologyRecord::Edge{Id('b'), Id('d')}));
  b_.Tell({Id('c')});
  EXPECT_THAT(one_way(), IsEmpty());
  EXPECT_EQ(hub_.hub().Topology().edges.size(), 2u);
}

TEST_F(AMeshHub, IsNotCutOffByOldNews) {
  HubNode node;
  node.id = Id('b');
  node.neighbors = {{Id('c'), false}};
  b_.Tell(node, 5);
  node.neighbors.clear();
  d_.Tell(node, 4);
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 3u);
  d_.Tell(node, 6);
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 2u) << "but by its newest word it is";
}

TEST(AMeshHubThatChangesTheMap, MayDoSoTenTimesASecondAndInABurst) {
  HubOptions options = OurOptions();
  options.limits.hubs = 10;  // a burst of twenty
  HubFixture hub(options);
  LinkedMeshHub b(hub, 'b');
  const auto change = [&](int times) {
    for (int i = 0; i < times; ++i) {
      b.Tell({Id('c'), Id('d')});
      b.Tell({Id('c')});
    }
  };
  change(9);
  EXPECT_EQ(hub.counted(Reason::kHubNewsRate), 0u);
  change(10);
  EXPECT_EQ(hub.counted(Reason::kHubNewsRate), 10u) << "the others repeat what is known";
  hub.Advance(std::chrono::seconds(1));
  change(5);
  EXPECT_EQ(hub.counted(Reason::kHubNewsRate), 10u);
  for (int i = 0; i < 100; ++i) b.Tell({Id('c')});
  EXPECT_EQ(hub.counted(Reason::kHubNewsRate), 10u) << "repeats change nothing";
}

// Each time this hub has to speak up, and all hubs of the mesh have to listen.
TEST(AMeshHubThatChangesTheMap, MakesUsSpeakUpTenTimesASecondAndInABurst) {
  HubOptions options = OurOptions();
  options.limits.hubs = 10;  // a burst of twenty
  HubFixture hub(options);
  LinkedMeshHub b(hub, 'b');
  LinkedMeshHub d(hub, 'd');
  d.Take();
  HubNode ours;
  ours.id = Id('c');
  uint64_t seq = 100;
  for (int i = 0; i < 100; ++i) b.Tell(ours, seq += 10);
  const size_t spoke_up = d.Take().size();
  EXPECT_GT(spoke_up, 15u);
  EXPECT_LE(spoke_up, 20u);
  EXPECT_EQ(hub.counted(Reason::kHubNewsRate), 100u - spoke_up);
  hub.Advance(std::chrono::seconds(1));
  d.Take();
  b.Tell(ours, seq += 10);
  EXPECT_THAT(d.Take(), Contains("news c#" + std::to_string(seq + 1) + "[bd]"));
}

TEST_F(AMeshHub, HearsOurNewestWordWhereItHasOneOfAnEarlierLife) {
  HubNode ours;
  ours.id = Id('c');
  b_.Tell(ours, 100);
  EXPECT_THAT(b_.Take(), Contains("news c#101[bd]"));
}

TEST_F(AMeshHub, IsSentTheWholeMapWhenItComes) {
  hub_.Handle(StopSignaling{}).IgnoreError();
  hub_.Start().IgnoreError();
  LinkedMeshHub b(hub_, 'b');
  FakePeer e = hub_.Open(Id('e'));
  e.Send(inbound::Announce{kMesh, MeshHubProfile()});
  EXPECT_THAT(e.Take(), Contains(HasSubstr("b#1[c]")));
}

TEST_F(AMeshHub, IsSentALargeMapInMessagesOf32KiB) {
  constexpr size_t kHubs = 60;
  constexpr size_t kBytes = 4000;
  for (uint32_t i = 1; i <= kHubs; ++i) {
    HubNode node = *NodeOf('b', "");
    node.id = NumberedId(i);
    node.raw = "{" + std::string(kBytes - 2, ' ') + "}";
    b_.peer().Send(inbound::HubNews{{std::make_shared<const HubNode>(std::move(node))}});
  }
  FakePeer e = hub_.Open(Id('e'));
  e.Send(inbound::Announce{kMesh, MeshHubProfile()});
  size_t told = 0;
  for (const outbound::Message& message : hub_.inbox(e.connection()).messages) {
    const auto* news = std::get_if<outbound::HubNews>(&message);
    if (news == nullptr) continue;
    size_t bytes = 0;
    for (const SharedNode& node : news->hubs) bytes += node->raw.size();
    EXPECT_LE(bytes, size_t{32} * 1024);
    told += bytes / kBytes;
  }
  EXPECT_EQ(told, kHubs);
}

TEST_F(AMeshHub, IsToldThatThisHubStops) {
  ASSERT_TRUE(hub_.Handle(StopSignaling{}).ok());
  EXPECT_THAT(b_.Take(), Contains("news c#3[]"));
}

TEST_F(AMeshHub, IsNotCalledLostIfItSaidThatItStops) {
  const auto lose = [&](LinkedMeshHub& hub) {
    hub.peer().Drop();
    hub_.Advance(std::chrono::seconds(4));
  };
  hub_.TakeEvents();
  b_.Tell(std::vector<PeerId>());
  lose(b_);
  EXPECT_THAT(hub_.TakeEvents(), Not(Contains(HasSubstr("hub_lost"))));
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 2u);
  lose(d_);
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("hub_lost d")));
}

TEST_F(AMeshHub, GetsNoFrameThatWasHereOrGoesBackOrTooFar) {
  hub_.Join(Id('1'), "room");
  b_.Take();
  auto body = std::make_shared<mesh::Body>();
  body->stream = 9;
  body->seq = 1;
  body->ops = {mesh::Want{Text("room")}};
  d_.Take();
  b_.Pass(Id('d'), Id('c'), {Id('c'), Id('b')}, body);
  b_.Pass(Id('c'), Id('d'), {Id('b')});
  b_.Pass(Id('f'), Id('b'), {});
  b_.Pass(Id('d'), Id('d'), {Id('b')});
  b_.Pass(Id('f'), Id('d'), {Id('d'), Id('b')});
  EXPECT_EQ(hub_.counted(Reason::kSignalLooped), 5u);
  EXPECT_THAT(b_.Take(), IsEmpty());
  EXPECT_THAT(d_.Take(), IsEmpty());
  std::vector<PeerId> via;
  for (uint32_t i = 1; i <= 15; ++i) via.push_back(NumberedId(i));
  b_.Pass(Id('f'), Id('d'), via);
  EXPECT_THAT(d_.Take(), IsEmpty());
  via.pop_back();
  b_.Pass(Id('f'), Id('d'), via);
  EXPECT_THAT(d_.Take(), ElementsAre("frame f to d via 15"));
}

}  // namespace
}  // namespace pigeonhub
