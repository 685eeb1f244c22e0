// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/mass_departures.h"

#include <gtest/gtest.h>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

class ManyDepartures : public ::testing::Test {
 protected:
  // `count` leave at once, of `connections_`.
  void Leave(size_t count, Reason reason = Reason::kTransportLost) {
    for (size_t i = 0; i < count; ++i) {
      if (auto news = departures_.OnLeft(now_, reason, who_, connections_--)) Note(*news);
    }
  }
  void Wait(Duration by) {
    now_ += by;
    if (auto news = departures_.OnTime(now_)) Note(*news);
  }
  void Note(const PeersLeft& news) {
    told_ += ToText(EventBody(news)) + "\n";
    last_ = news;
  }

  MassDepartures departures_;
  size_t connections_ = 100;
  SteadyTime now_{1h};
  Origin who_{"", "192.0.2.1", "room"};
  std::string told_;
  PeersLeft last_;
};

TEST_F(ManyDepartures, AreCountedByAddressAndNamespace) {
  Leave(15);
  who_ = {"", "192.0.2.2", ""};
  Leave(20);
  Wait(1s);
  ASSERT_EQ(last_.addresses.size(), 2u);
  EXPECT_EQ(last_.addresses[0].name, "192.0.2.2");
  EXPECT_EQ(last_.addresses[0].count, 20u);
  EXPECT_EQ(last_.addresses[1].count, 15u);
  ASSERT_EQ(last_.networks.size(), 1u);
  EXPECT_EQ(last_.networks[0].name, "room");
  EXPECT_EQ(last_.networks[0].count, 15u);
}

TEST_F(ManyDepartures, AreToldOnceTheyDieDown) {
  Leave(15);
  Wait(500ms);
  Leave(10, Reason::kPeerClosed);
  EXPECT_EQ(departures_.NextDeadline(), now_ + 1s);
  Wait(999ms);
  EXPECT_EQ(told_, "");
  Wait(1ms);
  EXPECT_EQ(told_, "peers_left 25 within 500 ms, transport_lost 15, peer_closed 10\n");
  EXPECT_EQ(departures_.NextDeadline(), std::nullopt);
  Wait(10s);
  EXPECT_EQ(told_.find('\n'), told_.size() - 1);
}

TEST_F(ManyDepartures, AreNotToldWhenTheyAreFew) {
  Leave(19);
  EXPECT_EQ(departures_.NextDeadline(), std::nullopt);
  Wait(10s);
  EXPECT_EQ(told_, "");
}

TEST_F(ManyDepartures, AreNotToldWhenTheyAreFewAmongMany) {
  connections_ = 1000;
  Leave(99);
  Wait(10s);
  EXPECT_EQ(told_, "");
  Leave(100);
  Wait(10s);
  EXPECT_EQ(told_, "peers_left 100 within 0 ms, transport_lost 100\n");
}

TEST_F(ManyDepartures, AreNotAddedUpOverPauses) {
  Leave(15);
  Wait(1001ms);
  Leave(15);
  Wait(10s);
  EXPECT_EQ(told_, "");
}

TEST_F(ManyDepartures, AreToldInPartsWhenTheyGoOn) {
  for (int i = 0; i < 12; ++i) {
    Leave(5);
    now_ += 999ms;
  }
  EXPECT_EQ(told_, "peers_left 55 within 9990 ms, transport_lost 55\n");
}

}  // namespace
}  // namespace pigeonhub
