// SPDX-License-Identifier: Apache-2.0
//
// Hubs that no way leads to any more, and how long they are shown.
#include "server/core/mesh/lost_hubs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/core/mesh/stream_numbers.h"
#include "server/core/random.h"
#include "tests/support/core_text.h"
#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// A chain: a, b, c.
class LosingHubs : public ::testing::Test {
 protected:
  HubNet net_{[](HubOptions& options) { options.region = "eu"; }};

  void SetUp() override {
    net_.Add('a');
    net_.Add('b', "a");
    net_.Add('c', "b");
    net_.Advance(1s);
  }
  std::vector<TopologyRecord::LostHub> Lost() { return net_.hub('a').Topology().lost; }
  std::vector<PeerId> LostIds() {
    std::vector<PeerId> ids;
    for (const TopologyRecord::LostHub& hub : Lost()) ids.push_back(hub.id);
    return ids;
  }
};

TEST_F(LosingHubs, ShowsThemAndTheirLinksFromTheMomentWhenTheWayIsLost) {
  net_.Join('b', '2', "room");
  net_.Advance(15s);  // so that it is told how many peers there are
  EXPECT_THAT(Lost(), IsEmpty());
  net_.Cut('a', 'b');
  net_.Advance(100ms);
  EXPECT_THAT(net_.hub('a').Topology().hubs, SizeIs(1));
  const auto lost = Lost();
  ASSERT_THAT(lost, SizeIs(2));
  EXPECT_EQ(lost[0].id, Id('b'));
  EXPECT_EQ(lost[0].region, "eu");
  EXPECT_EQ(lost[0].peers, 1u);
  EXPECT_GT(lost[0].since, 0);
  EXPECT_THAT(lost[0].neighbors, UnorderedElementsAre(Id('a'), Id('c')));
  EXPECT_EQ(lost[1].id, Id('c'));
  EXPECT_THAT(lost[1].neighbors, ElementsAre(Id('b')));

  net_.Advance(1min);  // they were given up
  const auto later = Lost();
  ASSERT_THAT(later, SizeIs(2));
  EXPECT_EQ(later[0].since, lost[0].since);
  EXPECT_EQ(later[0].region, "eu");
  EXPECT_EQ(later[0].neighbors, lost[0].neighbors);
}

TEST_F(LosingHubs, EndsForEachThatIsBack) {
  net_.Kill('c');
  net_.Kill('b');
  net_.Advance(1min);
  EXPECT_THAT(LostIds(), ElementsAre(Id('b'), Id('c')));
  net_.Add('b', "a");
  net_.Advance(1s);
  EXPECT_THAT(LostIds(), ElementsAre(Id('c')));
  ASSERT_TRUE(net_.Try('b', StopSignaling{}).ok());
  net_.Advance(1min);
  EXPECT_THAT(LostIds(), ElementsAre(Id('c'))) << "it left in order since";
}

TEST_F(LosingHubs, EndsAfterAWhile) {
  net_.Kill('c');
  net_.Advance(LostHubs::kRemembered - 1min);
  EXPECT_THAT(LostIds(), ElementsAre(Id('c')));
  EXPECT_GT(net_.hub('a').counters().history_bytes.value(), 0u);
  net_.Advance(2min);
  EXPECT_THAT(LostIds(), IsEmpty());
}

TEST_F(LosingHubs, IsNotWhatHappensIfOneStops) {
  ASSERT_TRUE(net_.Try('c', StopSignaling{}).ok());
  net_.Advance(1s);
  EXPECT_THAT(net_.hub('a').Topology().hubs, SizeIs(2));
  EXPECT_THAT(LostIds(), IsEmpty());
  net_.Advance(1min);
  EXPECT_THAT(LostIds(), IsEmpty());
}

TEST_F(LosingHubs, IsNotWhatAQuarantineIsCalledButFollowsForThoseBehind) {
  ASSERT_TRUE(net_.Try('a', QuarantineHub{Id('b')}).ok());
  net_.Advance(1s);
  EXPECT_THAT(LostIds(), ElementsAre(Id('c')));
  net_.Advance(1min);
  EXPECT_THAT(LostIds(), ElementsAre(Id('c')));
}

TEST(LostHubsTable, RemembersSoManyAtMostAndGivesTheirMemoryBack) {
  const QuarantineList quarantined;
  const Bus bus(Id('a'), 800ms, 1);
  const HubMap map(Id('a'), Limits(), quarantined, bus);
  const MeshHubTable mesh_hubs;
  LostHubs lost(map, mesh_hubs, quarantined);
  Random random(1);
  StreamNumbers streams(random);
  const Duration gather{};
  const SteadyTime now{};
  EXPECT_EQ(lost.NextDeadline(), std::nullopt);
  for (uint32_t i = 0; i <= LostHubs::kMost; ++i) {
    MeshHub hub(NumberedId(i), PathId(i), streams, {}, gather);
    hub.lost = MeshHub::Lost{now, now};
    lost.Note(now, hub);
  }
  EXPECT_THAT(lost.GivenUp(), SizeIs(LostHubs::kMost));
  EXPECT_FALSE(lost.IsGivenUp(NumberedId(0))) << "the oldest went";
  EXPECT_TRUE(lost.IsGivenUp(NumberedId(1)));
  EXPECT_GT(lost.bytes(), 0u);
  EXPECT_LE(lost.bytes(), LostHubs::kMostBytes);
  EXPECT_EQ(lost.NextDeadline(), now + LostHubs::kRemembered);
  lost.OnTick(now + LostHubs::kRemembered);
  EXPECT_THAT(lost.GivenUp(), IsEmpty());
  EXPECT_EQ(lost.bytes(), 0u);
}

// When one goes the entries behind it move up, and their texts into the memory of its texts.
TEST(LostHubsTable, GivesBackOfEachWhatItTookInWhateverOrderTheyGo) {
  const QuarantineList quarantined;
  const Bus bus(Id('a'), 800ms, 1);
  HubMap map(Id('a'), Limits(), quarantined, bus);
  const MeshHubTable mesh_hubs;
  LostHubs lost(map, mesh_hubs, quarantined);
  Random random(1);
  StreamNumbers streams(random);
  const SteadyTime now{};
  for (uint32_t i = 1; i <= 4; ++i) {
    HubNode node;
    node.id = NumberedId(i);
    node.seq = 1;
    HubDetails details;
    if (i % 2 == 1) details.url = "wss://" + std::string(200, 'h') + ".example";
    node.profile.hub = std::make_shared<const HubDetails>(std::move(details));
    map.Learn(std::make_shared<const HubNode>(std::move(node)));
    MeshHub hub(NumberedId(i), PathId(i), streams, {}, Duration{});
    hub.lost = MeshHub::Lost{now, now};
    lost.Note(now, hub);
  }
  EXPECT_GT(lost.bytes(), 400u) << "the addresses count";
  for (uint32_t i : {1, 2, 3, 4}) lost.Forget(NumberedId(i));
  EXPECT_EQ(lost.bytes(), 0u);
}

}  // namespace
}  // namespace pigeonhub
