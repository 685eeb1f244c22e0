// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/departures.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kLeftAt{1h};

PeerDisconnected HasLeft(const PeerId& peer, std::string network = "room") {
  PeerDisconnected left;
  left.peer = peer;
  left.reason = Reason::kGoodbye;
  left.code = 1000;
  left.network = std::make_shared<const std::string>(std::move(network));
  return left;
}

TEST(Departures, AreRememberedForAnHour) {
  Departures departures;
  departures.Note(kLeftAt, HasLeft(Id('a')), 7);
  const Departed* a = departures.Find(kLeftAt + 1h - 1ns, Id('a'));
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(*a->network, "room");
  EXPECT_EQ(a->reason, Reason::kGoodbye);
  EXPECT_EQ(a->code, 1000);
  EXPECT_EQ(a->event, 7u);
  EXPECT_EQ(departures.Find(kLeftAt + 1h, Id('a')), nullptr);
  EXPECT_EQ(departures.Find(kLeftAt, Id('b')), nullptr);
}

TEST(Departures, OfAPeerThatLeftAgainAreItsLast) {
  Departures departures;
  departures.Note(kLeftAt, HasLeft(Id('a')), 7);
  departures.Note(kLeftAt + 50min, HasLeft(Id('a'), "hall"), 8);
  departures.Compact(kLeftAt + 70min);
  EXPECT_EQ(*departures.Find(kLeftAt + 70min, Id('a'))->network, "hall");
}

TEST(Departures, OfHubsAreKnownUnlessTheyLeftByThemselves) {
  Departures departures;
  for (const char hub : {'a', 'b', 'c', 'b'}) {
    PeerDisconnected left = HasLeft(Id(hub));
    if (hub != 'a') left.reason = Reason::kTransportLost;
    departures.Note(kLeftAt, left, 7);
    departures.NoteHub(Id(hub));
  }
  EXPECT_EQ(departures.LostHubs(kLeftAt), (std::vector{Id('b'), Id('c')}));
  EXPECT_TRUE(departures.LostHubs(kLeftAt + 1h).empty());
  for (uint32_t i = 0; i < 10; ++i) departures.NoteHub(NumberedId(i));
  EXPECT_TRUE(departures.LostHubs(kLeftAt).empty()) << "the last five alone";
}

TEST(Departures, ThatAreTooManyOrTooOldAreForgottenWithTheirMemory) {
  Departures departures;
  for (uint32_t i = 0; i < Departures::kMost + 10; ++i) {
    departures.Note(kLeftAt, HasLeft(NumberedId(i)), i);
  }
  EXPECT_EQ(departures.Find(kLeftAt, NumberedId(9)), nullptr);
  EXPECT_NE(departures.Find(kLeftAt, NumberedId(10)), nullptr);
  EXPECT_GT(departures.bytes(), 100 * Departures::kMost);
  departures.Compact(kLeftAt + 1h);
  EXPECT_LT(departures.bytes(), 10'000u);
}

TEST(Departures, WithAHubDoNotPushOutThoseFromHere) {
  Departures departures;
  departures.Note(kLeftAt, HasLeft(Id('a')), 7);
  const SharedText room = std::make_shared<const std::string>("room");
  const SharedText hub = std::make_shared<const std::string>("hub");
  for (uint32_t i = 0; i < 2 * Departures::kMost; ++i) {
    departures.NoteLost(kLeftAt, NumberedId(i), room, hub);
  }
  EXPECT_NE(departures.Find(kLeftAt, Id('a')), nullptr);
  EXPECT_EQ(departures.Find(kLeftAt, NumberedId(2 * Departures::kMost - Departures::kMostLost - 1)),
            nullptr);
  const Departed* lost =
      departures.Find(kLeftAt, NumberedId(2 * Departures::kMost - Departures::kMostLost));
  ASSERT_NE(lost, nullptr);
  EXPECT_EQ(*lost->lost_hub, "hub");
  EXPECT_EQ(lost->reason, Reason::kHubUnreachable);
  departures.Compact(kLeftAt + 1h);
  EXPECT_LT(departures.bytes(), 10'000u);
}

TEST(Departures, AreFoundByTheBeginningOfAnId) {
  Departures departures;
  departures.Note(kLeftAt, HasLeft(Id('a')), 1);
  departures.Note(kLeftAt + 1min, HasLeft(Id('a')), 2);
  departures.Note(kLeftAt, HasLeft(Id('b')), 3);
  departures.NoteLost(kLeftAt, Id('c'), nullptr, std::make_shared<const std::string>("hub"));
  EXPECT_EQ(departures.FindBeginning(kLeftAt, "aa", 5), (std::vector<PeerId>{Id('a')}));
  EXPECT_EQ(departures.FindBeginning(kLeftAt, "cc", 5), (std::vector<PeerId>{Id('c')}));
  EXPECT_EQ(departures.FindBeginning(kLeftAt, "", 2).size(), 2u);
  EXPECT_TRUE(departures.FindBeginning(kLeftAt + 2h, "", 5).empty());
}

TEST(Departures, KeepTheBeginningOfALongName) {
  Departures departures;
  departures.Note(kLeftAt,
                  HasLeft(Id('a'), std::string(63, 'x') + "\u00e9" + std::string(900, 'y')), 1);
  EXPECT_EQ(*departures.Find(kLeftAt, Id('a'))->network, std::string(63, 'x') + "...");
}

}  // namespace
}  // namespace pigeonhub
