// SPDX-License-Identifier: Apache-2.0

#include "server/core/samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

// The announces among the events, as text.
std::vector<std::string> Announces(HubFixture& hub) {
  std::vector<std::string> announces;
  for (const std::string& event : hub.TakeEvents()) {
    if (event.starts_with("peer_announced")) announces.push_back(event);
  }
  return announces;
}

class Flood : public ::testing::Test {
 protected:
  // Announces so often, each time in the other one of two namespaces; at last in "even".
  void Announce(int times) {
    for (int i = times; i > 0; --i) peer_.Announce(i % 2 == 1 ? "even" : "odd");
  }

  HubFixture hub_;
  FakePeer peer_ = hub_.Connect(Id('a'));
};

TEST_F(Flood, OfAnnouncesIsToldTenTimesAtOnceThenOnceInASecondWithTheCount) {
  Announce(1000);
  EXPECT_EQ(Announces(hub_).size(), 10u);
  hub_.Advance(999ms);
  EXPECT_THAT(Announces(hub_), IsEmpty());
  hub_.Advance(1ms);
  EXPECT_THAT(Announces(hub_), ElementsAre("peer_announced a in even times 990"));
  hub_.Advance(60s);
  EXPECT_THAT(Announces(hub_), IsEmpty());
  Announce(10);
  EXPECT_EQ(Announces(hub_).size(), 10u) << "it has rested";
}

TEST_F(Flood, OfOnePeerTakesNothingFromTheEventsOfOthers) {
  Announce(1000);
  hub_.TakeEvents();
  for (uint32_t i = 0; i < 100; ++i) hub_.Connect(NumberedId(i)).Announce("room");
  EXPECT_EQ(Announces(hub_).size(), 100u);
}

TEST_F(Flood, IsToldToItsEndBeforeThePeerGoes) {
  Announce(1000);
  hub_.TakeEvents();
  peer_.Drop();
  const std::vector<std::string> events = hub_.TakeEvents();
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0], "namespace_removed even times 990");
  EXPECT_EQ(events[1], "namespace_created even times 990");
  EXPECT_EQ(events[2], "peer_announced a in even times 990");
  EXPECT_THAT(events[3], ::testing::StartsWith("peer_disconnected a"));
  hub_.Advance(60s);
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty());
}

TEST_F(Flood, OfNamespacesThatOnePeerCreatesAndLeavesIsToldInTheSameWay) {
  Announce(1000);
  std::map<std::string, int> told;
  const auto tell = [&] {
    for (const std::string& event : hub_.TakeEvents()) ++told[event.substr(0, event.find(' '))];
  };
  tell();
  EXPECT_THAT(told, ElementsAre(Pair("namespace_created", 10), Pair("namespace_removed", 10),
                                Pair("peer_announced", 10), Pair("peer_connected", 1)));
  hub_.Advance(1s);
  EXPECT_THAT(hub_.TakeEvents(),
              ElementsAre("namespace_removed odd times 989", "namespace_created even times 990",
                          "peer_announced a in even times 990"));
}

TEST_F(Flood, OfConnectedPairsIsToldInTheSameWay) {
  peer_.Announce("room");
  hub_.TakeEvents();
  std::vector<std::string> ids;
  for (uint32_t i = 0; i < 1000; ++i) ids.emplace_back(NumberedId(i + 1).text());
  for (const std::string& id : ids) peer_.Send(inbound::Cleanup{PairReport(), id});
  EXPECT_EQ(hub_.TakeEvents().size(), 10u);
  EXPECT_EQ(hub_.hub().counters().reports_of(PairReport::Kind::kEstablished).value(), 1000u);
  hub_.Advance(1s);
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_connected a and #1000 times 990"));
}

TEST_F(Flood, OfFailedPairsIsToldInTheSameWay) {
  peer_.Announce("room");
  hub_.TakeEvents();
  const PairReport failed{.kind = PairReport::Kind::kFailed};
  for (uint32_t i = 0; i < 20; ++i) {
    peer_.Send(inbound::Cleanup{failed, NumberedId(i + 1).text()});
  }
  EXPECT_EQ(hub_.TakeEvents().size(), 10u);
  hub_.Advance(1s);
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_failed a and #20 times 10"));
}

}  // namespace
}  // namespace pigeonhub
