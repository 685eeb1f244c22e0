// SPDX-License-Identifier: Apache-2.0
//
// Our hubs as one network, whose links come and go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/core/peers/whereabouts.h"
#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(Mesh, HearsOfNamespacesItHasMembersInAndOfNoOthers) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('a', '2', "other");
  EXPECT_EQ(net.hub('b').Stats().remote_peers, 0u);
  net.Join('b', '3', "room");
  EXPECT_EQ(net.hub('b').Stats().remote_peers, 1u);
  net.Drop('3');
  EXPECT_EQ(net.hub('b').Stats().remote_peers, 0u);
  net.Join('b', '4', "room");
  EXPECT_THAT(net.Take('4'), ElementsAre("connected 4", "discovered 1 in room"));
}

TEST(Mesh, WithdrawsThePeersOfALostHubAfterItsGraceAndNeverAsAGoodbye) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Take('1');
  net.Kill('b');
  net.Advance(2900ms);
  EXPECT_THAT(net.Take('1'), IsEmpty());
  net.Advance(200ms);
  EXPECT_THAT(net.Take('1'), ElementsAre("disconnected 2 in room: hub lost"));
}

TEST(Mesh, ShowsNothingOfALinkThatFlaps) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  for (char peer : {'1', '2'}) net.Take(peer);
  net.Cut('a', 'b', /*for_good=*/false);
  net.Offer('1', '2', "room", "7");
  EXPECT_THAT(net.Take('2'), IsEmpty());
  net.Advance(2s);
  EXPECT_THAT(net.Take('2'), ElementsAre("offer 1 to 2 in room 7")) << "it waited";
  net.Advance(30s);
  for (char peer : {'1', '2'}) EXPECT_THAT(net.Take(peer), IsEmpty());
}

TEST(Mesh, SignalsAPeerWhereItTurnedUpSinceItsHubWasLost) {
  HubNet net;
  net.Add('b');
  net.Add('d', "b");
  net.Join('b', '1', "room");
  net.Join('d', '2', "room");
  net.Kill('d');
  net.Add('c');  // Has not heard of the peer elsewhere when it comes.
  net.Join('c', '2', "room");
  net.HandleAt('c', ConnectHub{"ws://b:3000"});
  net.Advance(1s);
  net.Take('2');
  net.Offer('1', '2', "room", "7");
  EXPECT_THAT(net.Take('2'), ElementsAre("offer 1 to 2 in room 7"));
}

TEST(Mesh, FindsAnotherWayWhenALinkIsLost) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Add('c', "ab");
  net.Join('a', '1', "room");
  net.Join('c', '3', "room");
  net.Take('3');
  net.Cut('a', 'c');
  net.Offer('1', '3', "room", "7");
  EXPECT_THAT(net.Take('3'), ElementsAre("offer 1 to 3 in room 7"));
  net.Advance(30s);
  EXPECT_THAT(net.Take('3'), IsEmpty());
}

TEST(Mesh, SaysAgainAtOnceWhatWasOnItsWayOverALostLink) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Add('c', "ab");
  net.Join('a', '1', "room");
  net.Join('c', '3', "room");
  net.Advance(1s);
  net.Take('3');
  net.Mute('a', 'c', true);
  net.Offer('1', '3', "room", "7");
  EXPECT_THAT(net.Take('3'), IsEmpty());
  net.Cut('a', 'c');
  EXPECT_THAT(net.Take('3'), ElementsAre("offer 1 to 3 in room 7"));
}

TEST(Mesh, MissesNewsThatALinkSwallowedForTenSecondsAtMost) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Mute('a', 'b', true);
  net.Add('c', "a");
  net.Mute('a', 'b', false);
  EXPECT_EQ(net.hub('b').Topology().hubs.size(), 2u);
  net.Advance(11s);
  EXPECT_EQ(net.hub('b').Topology().hubs.size(), 3u);
}

TEST(Mesh, SaysAgainWhatALinkSwallowed) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Take('1');
  net.Mute('a', 'b', true);
  net.Join('b', '3', "room");
  net.Drop('2');
  EXPECT_THAT(net.Take('1'), IsEmpty());
  net.Mute('a', 'b', false);
  net.Advance(15s);
  EXPECT_THAT(net.Take('1'),
              ElementsAre("discovered 3 in room", "disconnected 2 in room: disconnected"));
}

TEST(Mesh, IsWholeAgainAfterAPartition) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Cut('a', 'b');
  net.Advance(10s);
  net.Join('b', '3', "room");
  net.Drop('2');
  net.Take('1');
  net.Heal('a', 'b');
  net.Advance(30s);
  EXPECT_THAT(net.Take('1'), ElementsAre("discovered 3 in room"));
}

TEST(Mesh, TakesAHubThatComesBackWithTheSameId) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Kill('b');
  net.Add('b', "a");
  net.Join('b', '3', "room");
  net.Take('1');
  net.Advance(30s);
  net.Join('b', '4', "room");
  EXPECT_THAT(net.Take('1'), Contains("discovered 4 in room"));
  EXPECT_EQ(net.hub('a').Stats().remote_peers, 2u) << "nothing is left of 2";
  EXPECT_THAT(net.Take('3'), Contains("discovered 1 in room"));
}

TEST(Mesh, PassesNothingThroughAPlainServerAndListsEveryHubThere) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Add('e', "ab", /*is_hub=*/false);
  net.Cut('a', 'b');
  net.Advance(5s);
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Join('e', '5', "room");
  EXPECT_THAT(net.Take('1'), ElementsAre("connected 1", "discovered 5 in room"));
  EXPECT_THAT(net.Take('5'),
              UnorderedElementsAre("connected 5", "discovered 1 in room", "discovered 2 in room"));
  std::vector<std::string> heard_of;
  for (const HubRecord& hub : net.hub('e').whereabouts().HubsHeardOf())
    heard_of.push_back(ToText(hub.peer));
  EXPECT_THAT(heard_of, UnorderedElementsAre("a", "b"));
}

TEST(Mesh, TellsWhoItsHubsAre) {
  HubNet net([](HubOptions& options) { options.region = "eu"; });
  net.Add('a');
  net.Add('b', "a");
  net.Add('c', "b");
  EXPECT_THAT(net.TakeEvents('c'), Contains(HasSubstr("hub_discovered a via ws://b:3000")));
  const TopologyRecord map = net.hub('c').Topology();
  ASSERT_EQ(map.hubs.size(), 3u);
  EXPECT_TRUE(map.hubs[0].self);
  EXPECT_EQ(map.hubs[1].id, Id('a'));
  EXPECT_EQ(map.hubs[1].hops, 2u);
  EXPECT_EQ(map.hubs[1].region, "eu");
  EXPECT_EQ(map.edges, (std::vector<TopologyRecord::Edge>{{Id('a'), Id('b')}, {Id('b'), Id('c')}}));
}

}  // namespace
}  // namespace pigeonhub
