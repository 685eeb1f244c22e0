// SPDX-License-Identifier: Apache-2.0
//
// Peers on any of our hubs meet, in every shape that links can have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

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
  net_.Advance(15min);  // so long it remembers hubs that it lost
  EXPECT_EQ(net_.hub('a').NextDeadline(), std::nullopt);
}

TEST_P(Shapes, ShowTheSameMapEverywhere) {
  const auto edges = net_.hub('a').Topology().edges;
  for (char hub : {'b', 'c', 'd'}) {
    EXPECT_EQ(net_.hub(hub).Topology().edges, edges);
    EXPECT_EQ(net_.hub(hub).Topology().hubs.size(), 4u);
  }
}

}  // namespace
}  // namespace pigeonhub
