// SPDX-License-Identifier: Apache-2.0
#include "server/core/links/uplinks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using State = LinkRecord::State;

TEST(AddressOfAHub, LeadsToAHubThatListensThereUnderAnotherLoopbackName) {
  const auto leads = [](const char* url, const char* host, uint16_t port) {
    return LeadsTo(*WebSocketUrl::Parse(url), host, port);
  };
  EXPECT_TRUE(leads("ws://hub.example:3000", "HUB.example", 3000));
  EXPECT_FALSE(leads("ws://hub.example:3000", "hub.example", 3001));
  EXPECT_TRUE(leads("ws://127.0.0.1:3000", "localhost", 3000));
  EXPECT_TRUE(leads("ws://[::1]:3000", "0.0.0.0", 3000));
  EXPECT_TRUE(leads("ws://0.0.0.0:3000", "192.0.2.1", 3000));
  EXPECT_FALSE(leads("ws://127.0.0.1:3000", "192.0.2.1", 3000));
  EXPECT_FALSE(leads("ws://127.0.0.2:3000", "127.0.0.1", 3000)) << "another hub may be there";
  EXPECT_FALSE(leads("ws://127.0.0.2:3000", "localhost", 3000));
  EXPECT_TRUE(leads("ws://127.0.0.2:3000", "0.0.0.0", 3000));
  EXPECT_FALSE(leads("ws://127.evil.example:3000", "localhost", 3000));
}

TEST(Uplinks, AreFoundHoweverTheirUrlIsSpelled) {
  Uplinks uplinks{5s, 3};
  const Uplink& uplink = uplinks.Add("ws://h:2", Uplink::Kind::kAsked);
  for (const char* url : {"ws://h:2", "ws://h:2/", "WS://H:2", "ws://h:02"}) {
    EXPECT_EQ(uplinks.FindUrl(url), &uplink) << url;
  }
  for (const char* url : {"wss://h:2", "ws://h:3", "ws://h:2/a", "ws://h:2/?x", "h:2", ""}) {
    EXPECT_EQ(uplinks.FindUrl(url), nullptr) << url;
  }
}

LinkEnd Refused() {
  LinkEnd end;
  end.text = "refused";
  return end;
}

class Dialed : public ::testing::Test {
 protected:
  Dialed() : uplink_(uplinks_.Add("ws://h:3000", Uplink::Kind::kBootstrap)) {}
  bool Fail() { return uplinks_.Lost(uplink_, now_, Refused(), random_); }

  Random random_{1};
  Now now_{SteadyTime(1h), 1000};
  Uplinks uplinks_{5s, 3};
  Uplink& uplink_;
};

TEST_F(Dialed, IsTriedAgainAfterHalfASecondToTheIntervalAndNeverAtTheSameTimes) {
  Uplinks eager(5s, 0);
  Uplink& uplink = eager.Add("ws://h:3000", Uplink::Kind::kBootstrap);
  Duration shortest = 1h;
  Duration longest{};
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(eager.Lost(uplink, now_, Refused(), random_)) << "0: fast for ever";
    shortest = std::min(shortest, uplink.due - now_.steady);
    longest = std::max(longest, uplink.due - now_.steady);
  }
  EXPECT_GE(shortest, 500ms);
  EXPECT_LT(shortest, 600ms);
  EXPECT_LE(longest, 5s);
  EXPECT_GT(longest, 4900ms);
}

TEST_F(Dialed, IsTriedWithinTwoSecondsOnceItIsLost) {
  Duration longest{};
  for (int i = 0; i < 1000; ++i) {
    uplinks_.Up(uplink_, now_);
    Fail();
    longest = std::max(longest, uplink_.due - now_.steady);
  }
  EXPECT_LE(longest, 2s);
  EXPECT_GT(longest, 1900ms) << "and still at random";
}

TEST_F(Dialed, IsTriedEveryFifteenSecondsAfterTooManyFailuresInARow) {
  EXPECT_FALSE(Fail());
  EXPECT_FALSE(Fail());
  EXPECT_EQ(uplink_.state, State::kWaiting);
  EXPECT_TRUE(Fail()) << "told once";
  EXPECT_FALSE(Fail());
  EXPECT_EQ(uplink_.state, State::kSlow);
  EXPECT_EQ(uplink_.due - now_.steady, 15s);
  EXPECT_EQ(uplink_.next_attempt, 16'000);
}

TEST_F(Dialed, BeginsAnewAfterSuccess) {
  for (int i = 0; i < 5; ++i) Fail();
  uplinks_.Opened(uplink_, now_, ConnectionId(0, 1));
  EXPECT_EQ(uplink_.attempt, 5u) << "a connection is no hub yet";
  uplinks_.Up(uplink_, now_);
  Fail();
  EXPECT_EQ(uplink_.state, State::kWaiting);
  EXPECT_EQ(uplink_.attempt, 1u);
}

TEST_F(Dialed, IsLeftAloneForAsLongAsItAskedUpToTenMinutes) {
  uplinks_.Lost(uplink_, now_, Refused(), random_, 120s);
  EXPECT_EQ(uplink_.due - now_.steady, 120s);
  uplinks_.Lost(uplink_, now_, Refused(), random_, 24h);
  EXPECT_EQ(uplink_.due - now_.steady, 10min);
  Uplink& impatient = uplinks_.Add("ws://i:3000", Uplink::Kind::kAsked);
  uplinks_.Lost(impatient, now_, Refused(), random_, 1ms);
  EXPECT_GE(impatient.due - now_.steady, 500ms) << "asked for less than we wait anyway";
}

TEST_F(Dialed, HasTenSecondsToShowThatItIsAHub) {
  uplinks_.Dialing(uplink_, now_);
  EXPECT_EQ(uplinks_.NextDeadline(), std::nullopt) << "the network has a deadline of its own";
  uplinks_.Opened(uplink_, now_, ConnectionId(0, 1));
  EXPECT_EQ(uplink_.state, State::kConnecting);
  EXPECT_EQ(uplinks_.NextDeadline(), now_.steady + 10s);
  EXPECT_EQ(uplinks_.NextSilent(now_.steady + 10s - 1ns), nullptr);
  EXPECT_EQ(uplinks_.NextSilent(now_.steady + 10s), &uplink_);
  EXPECT_EQ(uplinks_.NextDue(now_.steady + 10s), nullptr) << "it is not dialed twice";
  uplinks_.Up(uplink_, now_);
  EXPECT_EQ(uplinks_.NextSilent(now_.steady + 1h), nullptr);
}

TEST_F(Dialed, IsDownSinceItWentDownHoweverOftenItIsTried) {
  uplinks_.Up(uplink_, now_);
  now_.unix_ms = 2000;
  Fail();
  EXPECT_EQ(uplink_.since, 2000);
  for (int i = 0; i < 5; ++i) {
    now_.unix_ms += 1000;
    uplinks_.Dialing(uplink_, now_);
    uplinks_.Opened(uplink_, now_, ConnectionId(0, 1));
    i % 2 == 0 ? (void)Fail() : uplinks_.NotAdmitted(uplink_, now_, {});
  }
  EXPECT_EQ(uplink_.since, 2000);
  uplinks_.Dialing(uplink_, now_);
  now_.unix_ms = 9000;
  uplinks_.Up(uplink_, now_);
  EXPECT_EQ(uplink_.since, 9000);
}

TEST_F(Dialed, IsDueAtItsTimeAndNotOnceStopped) {
  Fail();
  EXPECT_EQ(uplinks_.NextDeadline(), uplink_.due);
  EXPECT_EQ(uplinks_.NextDue(uplink_.due - 1ns), nullptr);
  EXPECT_EQ(uplinks_.NextDue(uplink_.due), &uplink_);
  uplinks_.Stop(uplink_, now_, {});
  EXPECT_EQ(uplinks_.NextDeadline(), std::nullopt);
}

}  // namespace
}  // namespace pigeonhub
