// SPDX-License-Identifier: Apache-2.0
//
// Our hubs as one network: peers on any of them meet, in every shape that links can have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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
using ::testing::UnorderedElementsAre;

// ---- Every shape

struct Shape {
  const char* name;
  // Each hub with those it dials.
  std::vector<std::pair<char, const char*>> hubs;
};

class Shapes : public ::testing::TestWithParam<Shape> {
 protected:
  Shapes() {
    for (const auto& [name, bootstraps] : GetParam().hubs) net_.Add(name, bootstraps);
  }
  HubNet net_;
};

INSTANTIATE_TEST_SUITE_P(
    All, Shapes,
    ::testing::Values(Shape{"Star", {{'a', ""}, {'b', "a"}, {'c', "a"}, {'d', "a"}}},
                      Shape{"Chain", {{'a', ""}, {'b', "a"}, {'c', "b"}, {'d', "c"}}},
                      Shape{"Ring", {{'a', ""}, {'b', "a"}, {'c', "b"}, {'d', "ca"}}},
                      Shape{"FullMesh", {{'a', ""}, {'b', "a"}, {'c', "ab"}, {'d', "abc"}}}),
    [](const auto& info) { return info.param.name; });

TEST_P(Shapes, LetEveryPeerMeetEveryOtherOnce) {
  net_.Join('a', '1', "room");
  net_.Join('b', '2', "room");
  net_.Join('c', '3', "room");
  net_.Join('d', '4', "room", R"("n":4)");
  EXPECT_THAT(net_.Take('1'),
              UnorderedElementsAre("connected 1", "discovered 2 in room", "discovered 3 in room",
                                   R"(discovered 4 in room {"n":4})"));
  EXPECT_THAT(net_.Take('4'), UnorderedElementsAre("connected 4", "discovered 1 in room",
                                                   "discovered 2 in room", "discovered 3 in room"));
  net_.Advance(60s);
  for (char peer : {'1', '4'}) EXPECT_THAT(net_.Take(peer), IsEmpty());
}

TEST_P(Shapes, CarryASignalOnceAndNowhereElse) {
  net_.Join('a', '1', "room");
  net_.Join('b', '2', "room");
  net_.Join('d', '4', "room");
  for (char peer : {'1', '2', '4'}) net_.Take(peer);
  net_.Offer('1', '4', "room", R"({"sdp":1})");
  net_.Advance(10s);
  EXPECT_THAT(net_.Take('4'), ElementsAre(R"(offer 1 to 4 in room {"sdp":1})"));
  EXPECT_THAT(net_.Take('2'), IsEmpty());
  EXPECT_THAT(net_.Take('1'), IsEmpty());
}

TEST_P(Shapes, TellOfLeavesAndGoodbyesOnce) {
  net_.Join('a', '1', "room");
  net_.Join('d', '4', "room");
  net_.Join('d', '5', "room");
  net_.Take('1');
  net_.Drop('4');
  net_.Goodbye('5');
  EXPECT_THAT(net_.Take('1'),
              ElementsAre("disconnected 4 in room: disconnected", "goodbye 5 in room 1",
                          "disconnected 5 in room: goodbye"));
  net_.Join('a', '6', "room");
  EXPECT_THAT(net_.Take('6'), ElementsAre("connected 6", "discovered 1 in room"));
}

TEST_P(Shapes, KeepNamespacesApart) {
  net_.Join('a', '1', "room");
  net_.Join('d', '4', "other");
  EXPECT_THAT(net_.Take('1'), ElementsAre("connected 1"));
  net_.Offer('1', '4', "room");
  net_.Offer('1', '4', "other");
  EXPECT_THAT(net_.Take('4'), ElementsAre("connected 4"));
}

TEST_P(Shapes, LetPeersMoveBetweenNamespaces) {
  net_.Join('a', '1', "room");
  net_.Join('b', '2', "other");
  net_.Join('d', '4', "room");
  net_.Take('1');
  net_.Take('2');
  net_.Announce('4', "other");
  EXPECT_THAT(net_.Take('1'), ElementsAre("disconnected 4 in room: moved"));
  EXPECT_THAT(net_.Take('2'), ElementsAre("discovered 4 in other"));
}

TEST_P(Shapes, AreEmptyAfterEveryoneLeft) {
  net_.Join('a', '1', "room");
  net_.Join('d', '4', "room");
  net_.Drop('1');
  net_.Drop('4');
  for (char hub : {'b', 'c', 'd'}) net_.Kill(hub);
  net_.Advance(120s);
  EXPECT_EQ(net_.hub('a').Stats().remote_peers, 0u);
  EXPECT_THAT(net_.hub('a').ListNamespaces("", "", 10), IsEmpty());
  EXPECT_EQ(net_.hub('a').Topology().hubs.size(), 1u);
  EXPECT_EQ(net_.hub('a').NextDeadline(), std::nullopt);
}

TEST_P(Shapes, ShowTheSameMapEverywhere) {
  const auto edges = net_.hub('a').Topology().edges;
  for (char hub : {'b', 'c', 'd'}) {
    EXPECT_EQ(net_.hub(hub).Topology().edges, edges);
    EXPECT_EQ(net_.hub(hub).Topology().hubs.size(), 4u);
  }
}

// ---- Links that come and go

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
  for (const HubRecord& hub : net.hub('e').HubsHeardOf()) heard_of.push_back(ToText(hub.peer));
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

// ---- Hubs that are slow

TEST(Mesh, TellsAHubEverythingAnewThatWasTooSlowForItsNews) {
  HubNet net([](HubOptions& options) { options.limits.namespaces = 8; });
  Hub& a = net.Add('a');
  Hub& b = net.Add('b', "a");
  const auto told_anew = [&] { return b.counters().of(Reason::kHubToldAnew).value(); };
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Join('b', '3', "room");
  net.Take('1');
  net.Mute('a', 'b', true);
  for (int i = 0; i < 4000; ++i) net.Announce('2', "room", "\"n\":" + std::to_string(i));
  EXPECT_EQ(told_anew(), 0u);
  for (int i = 0; i < 1000; ++i) net.Announce('2', "room", "\"m\":" + std::to_string(i));
  EXPECT_EQ(told_anew(), 1u);
  net.Join('b', '4', "room");
  net.Drop('3');
  net.Join('b', '5', "attic");
  net.Mute('a', 'b', false);
  net.Advance(15s);
  const std::vector<std::string> told = net.Take('1');
  EXPECT_THAT(told, Contains(R"(discovered 2 in room {"m":999})"));
  EXPECT_THAT(told, Contains("discovered 4 in room"));
  EXPECT_THAT(told, Contains("disconnected 3 in room: disconnected"));
  EXPECT_EQ(a.Stats().remote_peers, 2u);
  EXPECT_EQ(told_anew(), 1u);

  net.Take('5');
  net.Join('a', '6', "attic");
  EXPECT_THAT(net.Take('5'), ElementsAre("discovered 6 in attic")) << "a knows what b wants";
  net.Offer('6', '5', "attic", "7");
  EXPECT_THAT(net.Take('5'), ElementsAre("offer 6 to 5 in attic 7"));
}

TEST(Mesh, DropsSignalsForAHubThatAcknowledgesNone) {
  HubNet net;
  Hub& a = net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Take('2');
  net.Advance(1s);
  net.Mute('a', 'b', true);
  for (int i = 0; i < 5000; ++i) net.Offer('1', '2', "room", std::to_string(i));
  const uint64_t dropped = a.counters().of(Reason::kLinkBacklogged).value();
  EXPECT_EQ(dropped, 5000u - 4096u);
  EXPECT_EQ(a.counters().of(Reason::kSignalUnknownTarget).value(), 0u);
  net.Mute('a', 'b', false);
  net.Advance(200s);  // 32 a second
  const std::vector<std::string> heard = net.Take('2');
  ASSERT_EQ(heard.size(), 4096u);
  EXPECT_EQ(heard.back(), "offer 1 to 2 in room 4095");
}

// ---- Frames too large for a hub

constexpr size_t kLimit = size_t{1024} * 1024;
const std::string kTooLarge =
    "error: Signal dropped: its data is too large for a peer of another hub";

size_t LinksLost(HubNet& net, char hub) {
  const std::vector<std::string> events = net.TakeEvents(hub);
  return static_cast<size_t>(std::count_if(events.begin(), events.end(), [](const auto& event) {
    return event.starts_with("link_down");
  }));
}

TEST(Mesh, SendsNoSignalThatNoFrameHasRoomForAndTellsItsSender) {
  HubNet net;
  Hub& a = net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Join('a', '3', "room");
  for (char peer : {'1', '2', '3'}) net.Take(peer);
  const std::string fits(kLimit - mesh::kEnvelope - 300, '7');
  net.Offer('1', '2', "room", fits);
  EXPECT_THAT(net.Take('2'), ElementsAre("offer 1 to 2 in room " + fits));
  EXPECT_EQ(a.counters().of(Reason::kSignalTooLarge).value(), 0u);
  for (size_t less : {size_t{0}, size_t{100}, mesh::kEnvelope}) {
    const std::string large(kLimit - less, '7');
    net.Offer('1', '2', "room", large);
    EXPECT_THAT(net.Take('1'), ElementsAre(kTooLarge)) << less;
    net.Offer('1', '3', "room", large);
    EXPECT_THAT(net.Take('3'), ElementsAre("offer 1 to 3 in room " + large));
  }
  EXPECT_EQ(a.counters().of(Reason::kSignalTooLarge).value(), 3u);
  EXPECT_THAT(net.Take('2'), IsEmpty());
}

TEST(Mesh, SaysNothingAgainThatWasTooLargeForTheOtherHub) {
  HubNet net;
  Hub& a = net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('a', '3', "room");
  net.Join('b', '2', "room");
  for (char peer : {'1', '2', '3'}) net.Take(peer);
  net.TakeEvents('a');
  net.TakeNoLargerFrames('b', 60'000);
  for (int i = 0; i < 3; ++i) net.Offer('1', '2', "room", std::string(100'000, '1'));
  net.Offer('3', '2', "room", "3");
  net.Advance(60s);
  net.Offer('3', '2', "room", "4");
  EXPECT_EQ(net.Take('2').back(), "offer 3 to 2 in room 4");
  EXPECT_EQ(LinksLost(net, 'a'), 1u) << "by the first, and by no other";
  EXPECT_THAT(net.Take('1'), Contains(kTooLarge));
  EXPECT_GE(a.counters().of(Reason::kSignalTooLarge).value(), 1u);
  net.Offer('1', '2', "room", std::string(100'000, '1'));
  EXPECT_THAT(net.Take('1'), ElementsAre(kTooLarge)) << "what is known now";
  net.Join('a', '5', "room");
  EXPECT_THAT(net.Take('2'), ElementsAre("discovered 5 in room"));
}

TEST(Mesh, GivesUpWhatAHubFurtherOnDoesNotTake) {
  HubNet net;
  Hub& a = net.Add('a');
  net.Add('b', "a");
  net.Add('c', "b");
  net.Join('a', '1', "room");
  net.Join('c', '2', "room");
  net.Join('b', '3', "room");
  net.TakeNoLargerFrames('c', 60'000);
  net.Offer('1', '2', "room", std::string(100'000, '1'));
  net.Advance(60s);
  net.TakeEvents('b');
  net.Take('2');
  net.Offer('1', '2', "room", "small");
  net.Offer('3', '2', "room", "small");
  net.Advance(60s);
  EXPECT_THAT(net.Take('2'),
              ElementsAre("offer 1 to 2 in room small", "offer 3 to 2 in room small"));
  EXPECT_EQ(LinksLost(net, 'b'), 0u);
  EXPECT_GE(a.counters().of(Reason::kSignalTooLarge).value(), 1u);
}

TEST(Mesh, TellsItsListsInPiecesThatTheOtherHubTakes) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.TakeNoLargerFrames('b', 20'000);
  for (char peer : {'1', '3', '4', '5', '6', '7', '8', '9'}) {
    net.Join('a', peer, "room", R"("n":")" + std::string(10'000, peer) + '"');
  }
  net.Join('b', '2', "room");
  net.Advance(60s);
  EXPECT_EQ(net.hub('b').Stats().remote_peers, 8u);
}

// ---- One id, two hubs

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

TEST_F(Ownership, LeavesOneOfTwoThatMetAfterAPartition) {
  net_.Join('a', '1', "room");
  net_.Cut('a', 'b');
  net_.Advance(5s);
  EXPECT_EQ(net_.Rival('b', '1'), "") << "nobody there knew of the other";
  net_.Heal('a', 'b');
  net_.Advance(30s);
  EXPECT_EQ((net_.Closed('1') == "replaced") + (net_.RivalClosed() == "replaced"), 1);
  EXPECT_EQ(
      net_.hub('a').FindPeer(Id('1')).has_value() + net_.hub('b').FindPeer(Id('1')).has_value(), 1);
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
