// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/dial_targets.h"

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
  EXPECT_TRUE(leads("ws://[::1]:3000", "LocalHost", 3000));
  EXPECT_TRUE(leads("ws://[::ffff:127.0.0.1]:3000", "localhost", 3000)) << "the same, as IPv6";
  EXPECT_TRUE(leads("ws://[::ffff:127.0.0.1]:3000", "127.0.0.1", 3000));
  EXPECT_TRUE(leads("ws://localhost:3000", "::ffff:127.0.0.1", 3000));
  EXPECT_FALSE(leads("ws://[::1]:3000", "127.0.0.1", 3000));
  EXPECT_TRUE(leads("ws://[::1]:3000", "0.0.0.0", 3000));
  EXPECT_TRUE(leads("ws://0.0.0.0:3000", "192.0.2.1", 3000));
  EXPECT_FALSE(leads("ws://127.0.0.1:3000", "192.0.2.1", 3000));
  EXPECT_FALSE(leads("ws://127.0.0.2:3000", "127.0.0.1", 3000)) << "another hub may be there";
  EXPECT_FALSE(leads("ws://127.0.0.2:3000", "localhost", 3000));
  EXPECT_TRUE(leads("ws://127.0.0.2:3000", "0.0.0.0", 3000));
  EXPECT_FALSE(leads("ws://127.evil.example:3000", "localhost", 3000));
}

TEST(DialTargets, AreFoundHoweverTheirUrlIsSpelled) {
  DialTargets dial_targets{RedialSchedule(5s, 3)};
  const DialTarget& dial_target = dial_targets.Add("ws://h:2", DialTarget::Kind::kAsked);
  for (const char* url : {"ws://h:2", "ws://h:2/", "WS://H:2", "ws://h:02"}) {
    EXPECT_EQ(dial_targets.FindUrl(url), &dial_target) << url;
  }
  for (const char* url : {"wss://h:2", "ws://h:3", "ws://h:2/a", "ws://h:2/?x", "h:2", ""}) {
    EXPECT_EQ(dial_targets.FindUrl(url), nullptr) << url;
  }
}

LinkEnd Refused() {
  LinkEnd end;
  end.text = "refused";
  return end;
}

class Dialed : public ::testing::Test {
 protected:
  Dialed() : dial_target_(dial_targets_.Add("ws://h:3000", DialTarget::Kind::kBootstrap)) {}
  bool Fail() { return dial_targets_.Lost(dial_target_, now_, Refused(), random_); }

  Random random_{1};
  Now now_{SteadyTime(1h), 1000};
  DialTargets dial_targets_{RedialSchedule(5s, 3)};
  DialTarget& dial_target_;
};

TEST_F(Dialed, IsTriedEveryFifteenSecondsAfterTooManyFailuresInARow) {
  EXPECT_FALSE(Fail());
  EXPECT_FALSE(Fail());
  EXPECT_EQ(dial_target_.state, State::kWaiting);
  EXPECT_TRUE(Fail()) << "told once";
  EXPECT_FALSE(Fail());
  EXPECT_EQ(dial_target_.state, State::kSlow);
  EXPECT_EQ(dial_target_.due - now_.steady, 15s);
  EXPECT_EQ(dial_target_.next_attempt, 16'000);
}

TEST_F(Dialed, IsALinkLikeAnyOtherOnceAHubWasThere) {
  dial_target_.is_default = true;
  Fail();
  EXPECT_TRUE(dial_target_.is_default);
  dial_targets_.Up(dial_target_, now_);
  Fail();
  EXPECT_FALSE(dial_target_.is_default);

  dial_target_.is_default = true;
  dial_targets_.NotAdmitted(dial_target_, now_, Refused());
  EXPECT_FALSE(dial_target_.is_default) << "a hub is there";
}

TEST_F(Dialed, BeginsAnewAfterSuccess) {
  for (int i = 0; i < 5; ++i) Fail();
  dial_targets_.Opened(dial_target_, now_, ConnectionId(0, 1));
  EXPECT_EQ(dial_target_.attempt, 5u) << "a connection is no hub yet";
  dial_targets_.Up(dial_target_, now_);
  Fail();
  EXPECT_EQ(dial_target_.state, State::kWaiting);
  EXPECT_EQ(dial_target_.attempt, 1u);
}

TEST_F(Dialed, IsLeftAloneForAsLongAsItAsked) {
  dial_targets_.Lost(dial_target_, now_, Refused(), random_, 120s);
  EXPECT_EQ(dial_target_.due - now_.steady, 120s);
}

TEST_F(Dialed, HasTenSecondsToShowThatItIsAHub) {
  dial_targets_.Dialing(dial_target_, now_);
  EXPECT_EQ(dial_targets_.NextDeadline(), std::nullopt) << "the network has a deadline of its own";
  dial_targets_.Opened(dial_target_, now_, ConnectionId(0, 1));
  EXPECT_EQ(dial_target_.state, State::kConnecting);
  EXPECT_EQ(dial_targets_.NextDeadline(), now_.steady + 10s);
  EXPECT_EQ(dial_targets_.NextSilent(now_.steady + 10s - 1ns), nullptr);
  EXPECT_EQ(dial_targets_.NextSilent(now_.steady + 10s), &dial_target_);
  EXPECT_EQ(dial_targets_.NextDue(now_.steady + 10s), nullptr) << "it is not dialed twice";
  dial_targets_.Up(dial_target_, now_);
  EXPECT_EQ(dial_targets_.NextSilent(now_.steady + 1h), nullptr);
}

TEST_F(Dialed, IsDownSinceItWentDownHoweverOftenItIsTried) {
  dial_targets_.Up(dial_target_, now_);
  now_.unix_ms = 2000;
  Fail();
  EXPECT_EQ(dial_target_.since, 2000);
  for (int i = 0; i < 5; ++i) {
    now_.unix_ms += 1000;
    dial_targets_.Dialing(dial_target_, now_);
    dial_targets_.Opened(dial_target_, now_, ConnectionId(0, 1));
    i % 2 == 0 ? (void)Fail() : dial_targets_.NotAdmitted(dial_target_, now_, {});
  }
  EXPECT_EQ(dial_target_.since, 2000);
  dial_targets_.Dialing(dial_target_, now_);
  now_.unix_ms = 9000;
  dial_targets_.Up(dial_target_, now_);
  EXPECT_EQ(dial_target_.since, 9000);
}

TEST_F(Dialed, IsDueAtItsTimeAndNotOnceStopped) {
  Fail();
  EXPECT_EQ(dial_targets_.NextDeadline(), dial_target_.due);
  EXPECT_EQ(dial_targets_.NextDue(dial_target_.due - 1ns), nullptr);
  EXPECT_EQ(dial_targets_.NextDue(dial_target_.due), &dial_target_);
  dial_targets_.Stop(dial_target_, now_, {});
  EXPECT_EQ(dial_targets_.NextDeadline(), std::nullopt);
}

}  // namespace
}  // namespace pigeonhub
