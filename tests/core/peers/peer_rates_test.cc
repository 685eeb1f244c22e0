// SPDX-License-Identifier: Apache-2.0
//
// A peer that uses much is read more slowly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/core/peers/peer_rates.h"
#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr size_t kEnvelope = 256;  // that the hub adds to the words of a peer

HubOptions OneKilobyteASecond() {
  HubOptions options = HubServer();
  options.fanout_rate = Rate{.amount = 1000, .burst = 10'000};
  return options;
}

// A peer in a room with nine others, who have no words: each of its announces costs 9,000 bytes,
// with the list of the nine that it gets. The first is not charged for the list.
class Fanout : public ::testing::Test {
 protected:
  Fanout() {
    for (char digit = '1'; digit <= '9'; ++digit) others_.push_back(hub_.Join(Id(digit), "room"));
  }

  // Says something new to everybody.
  void Announce(FakePeer& peer) { Announce(peer, "room"); }
  void Announce(FakePeer& peer, const std::string& network) {
    std::string words = "\"n\":" + std::to_string(++announces_) + ",\"w\":\"\"";
    words.insert(words.size() - 1, 1000 - 2 * kEnvelope - words.size(), 'w');
    peer.Announce(network, words);
  }

  HubFixture hub_{OneKilobyteASecond()};
  std::vector<FakePeer> others_;
  int announces_ = 0;
};

TEST_F(Fanout, OverTheRateIsNotReadUntilItIsPaid) {
  FakePeer peer = hub_.Connect(Id('a'));
  Announce(peer);
  EXPECT_FALSE(peer.paused());
  Announce(peer);
  EXPECT_TRUE(peer.paused()) << "15,696 bytes, of which 10,000 are free";
  EXPECT_EQ(others_[0].Take().size(), 2u) << "nothing is lost";
  hub_.Advance(5695ms);
  EXPECT_TRUE(peer.paused());
  hub_.Advance(1ms);
  EXPECT_FALSE(peer.paused());
  EXPECT_EQ(peer.closed(), std::nullopt);
}

TEST_F(Fanout, OverTheRateForTenSecondsWithoutABreakHasToLeave) {
  FakePeer peer = hub_.Connect(Id('a'));
  Announce(peer);
  Announce(peer);
  hub_.Advance(5696ms);
  ASSERT_FALSE(peer.paused());
  Announce(peer);
  hub_.TakeEvents();
  hub_.Advance(9s);
  EXPECT_EQ(peer.closed(), Reason::kRateLimit);
  EXPECT_EQ(hub_.counted(Reason::kRateLimit), 1u);
  EXPECT_EQ(CloseFrameFor(Reason::kRateLimit).code, 1008);
  EXPECT_EQ(CloseFrameFor(Reason::kRateLimit).text, "Rate limit exceeded");
  EXPECT_THAT(hub_.TakeEvents(), ::testing::Contains("limit_hit rate_limit times 1"));
  hub_.Advance(60s);
}

TEST_F(Fanout, OverTheRateIsToldWhenItBegins) {
  FakePeer peer = hub_.Connect(Id('a'));
  Announce(peer);
  hub_.TakeEvents();
  Announce(peer);
  EXPECT_THAT(hub_.TakeEvents(), ::testing::Contains("limit_hit rate_limit times 1"));
  EXPECT_EQ(hub_.counted(Reason::kRateLimit), 0u) << "nobody had to leave";
  EXPECT_EQ(hub_.hub().counters().pauses.value(), 1u);
  EXPECT_EQ(hub_.hub().counters().paused.value(), 1u);
  hub_.Advance(8s);
  EXPECT_EQ(hub_.hub().counters().paused.value(), 0u);
}

TEST_F(Fanout, OverTheRateNowAndThenMayStay) {
  FakePeer peer = hub_.Connect(Id('a'));
  for (int i = 0; i < 20; ++i) {
    Announce(peer);
    while (peer.paused()) hub_.Advance(100ms);
    hub_.Advance(1s);
    ASSERT_EQ(peer.closed(), std::nullopt) << i;
  }
}

TEST_F(Fanout, OfALeaveIsPaidByThePeerThatMoves) {
  HubOptions options;
  options.fanout_rate = Rate{.amount = 1000, .burst = 20 * kEnvelope};
  HubFixture hub(options);
  for (char digit = '1'; digit <= '9'; ++digit) hub.Join(Id(digit), "room");
  FakePeer peer = hub.Connect(Id('a'));
  peer.Announce("room");
  peer.Announce("alone");
  EXPECT_FALSE(peer.paused()) << "18 receivers";
  peer.Announce("room");
  EXPECT_TRUE(peer.paused()) << "27 receivers";
}

TEST_F(Fanout, OfAnAnnounceThatSaysNothingNewIsTheListThatItBrings) {
  FakePeer peer = hub_.Connect(Id('a'));
  Announce(peer);
  FakePeer& again = others_[0];
  again.Take();
  const size_t list = 9 * kEnvelope + (1000 - 2 * kEnvelope);
  for (size_t spent = list; spent <= 10'000; spent += list) {
    again.Announce("room");
    EXPECT_FALSE(again.paused()) << spent;
    EXPECT_EQ(again.Take().size(), 9u) << "the members are told again, as by the reference";
  }
  again.Announce("room");
  EXPECT_TRUE(again.paused());
  EXPECT_FALSE(peer.paused());
  EXPECT_EQ(others_[1].Take().size(), 1u) << "nothing is new to the others";
}

TEST_F(Fanout, OfAnnouncesThatSayNothingNewHasToLeaveToo) {
  FakePeer& again = others_[0];
  for (int second = 0; second < 60 && !again.closed().has_value(); ++second) {
    while (!again.paused() && !again.closed().has_value()) again.Announce("room");
    hub_.Advance(1s);
  }
  EXPECT_EQ(again.closed(), Reason::kRateLimit);
}

TEST_F(Fanout, OfAPeerThatLeftHoldsNobodyUp) {
  FakePeer peer = hub_.Connect(Id('a'));
  Announce(peer);
  Announce(peer);
  ASSERT_TRUE(peer.paused());
  peer.Drop();
  FakePeer again = hub_.Connect(Id('a'));
  Announce(again);
  EXPECT_FALSE(again.paused()) << "a connection has a bucket of its own";
  hub_.Advance(100s);
  again.Drop();
  for (FakePeer& other : others_) other.Drop();
  hub_.Advance(60s);
  EXPECT_EQ(hub_.hub().NextDeadline(), std::nullopt);
}

TEST_F(Fanout, OfAHubIsFree) {
  FakePeer hub = hub_.JoinAsHub(Id('a'));
  for (int i = 0; i < 10; ++i) Announce(hub, "pigeonhub-mesh");
  EXPECT_FALSE(hub.paused());
}

// ---- Messages, bytes and announces. -------------------------------------------------------------

HubOptions TenMessagesASecond() {
  HubOptions options;
  options.message_rate = Rate{.amount = 10, .burst = 20};
  return options;
}

TEST(MessageRate, OfAPeerIsItsBurstAndThenItsRate) {
  HubFixture hub(TenMessagesASecond());
  FakePeer peer = hub.Connect(Id('a'));
  for (int i = 0; i < 20; ++i) peer.Ping();
  EXPECT_FALSE(peer.paused());
  peer.Ping();
  EXPECT_TRUE(peer.paused());
  EXPECT_EQ(peer.Take().size(), 21u) << "nothing is lost";
  hub.Advance(99ms);
  EXPECT_TRUE(peer.paused());
  hub.Advance(1ms);
  EXPECT_FALSE(peer.paused());
}

// Fifty times the rate, as fast as it is read.
TEST(MessageRate, IsWhatAPeerGetsThatSendsMuchMore) {
  HubFixture hub(TenMessagesASecond());
  FakePeer peer = hub.Connect(Id('a'));
  int sent = 0;
  for (int ms = 0; ms < 9000; ms += 2, hub.Advance(2ms)) {
    if (peer.paused()) continue;
    peer.Ping();
    ++sent;
  }
  EXPECT_EQ(peer.closed(), std::nullopt);
  EXPECT_NEAR(sent, 20 + 9 * 10, 2);
}

TEST(MessageRate, ThatIsExceededForTenSecondsClosesThePeerAndNobodyElse) {
  HubFixture hub(TenMessagesASecond());
  FakePeer other = hub.Connect(Id('b'));
  FakePeer peer = hub.Connect(Id('a'));
  int ms = 0;
  for (; ms < 20'000 && !peer.closed().has_value(); ms += 5, hub.Advance(5ms)) {
    if (!peer.paused()) peer.Ping();
    if (ms % 200 == 0) other.Ping();
  }
  EXPECT_EQ(peer.closed(), Reason::kRateLimit);
  EXPECT_NEAR(ms, 10'100, 200) << "its burst was spent after 100 ms";
  EXPECT_EQ(other.closed(), std::nullopt);
}

TEST(MessageRate, CountsWhatIsNoMessage) {
  HubFixture hub(TenMessagesASecond());
  FakePeer peer = hub.Connect(Id('a'));
  for (int i = 0; i < 21; ++i) {
    ASSERT_TRUE(hub.Handle(Unreadable{peer.connection(), Reason::kInvalidMessage, 5}).ok());
  }
  EXPECT_TRUE(peer.paused());
}

TEST(MessageRate, PausesForAtLeastAMoment) {
  HubOptions options;
  options.message_rate = Rate{.amount = 10'000, .burst = 1};
  HubFixture hub(options);
  FakePeer peer = hub.Connect(Id('a'));
  peer.Ping();
  peer.Ping();
  ASSERT_TRUE(peer.paused());
  hub.Advance(49ms);
  EXPECT_TRUE(peer.paused());
  hub.Advance(1ms);
  EXPECT_FALSE(peer.paused());
}

TEST(ByteRate, OfAPeerIsItsBurstAndThenItsRate) {
  HubOptions options;
  options.byte_rate = Rate{.amount = 1000, .burst = 4000};
  HubFixture hub(options);
  FakePeer peer = hub.Connect(Id('a'));
  const auto send = [&](size_t bytes) {
    ASSERT_TRUE(hub.Handle(Received{peer.connection(), inbound::Ping{}, bytes}).ok());
  };
  send(4000);
  EXPECT_FALSE(peer.paused());
  send(500);
  EXPECT_TRUE(peer.paused());
  hub.Advance(499ms);
  EXPECT_TRUE(peer.paused());
  hub.Advance(1ms);
  EXPECT_FALSE(peer.paused());
}

TEST(ByteRate, LetsOneMessageThroughByDefaultHoweverLarge) {
  HubOptions options;
  options.limits.message = 256 << 20;
  Hub hub(options, 1);
  const Now now{SteadyTime(100s), 100'000};
  Effects effects;
  ASSERT_TRUE(hub.Handle(now, StartSignaling{"localhost", 3000}, effects).ok());
  const ConnectionId peer(0, 1);
  ASSERT_TRUE(hub.Handle(now, Opened{peer, Id('a').text(), "192.0.2.1"}, effects).ok());
  ASSERT_TRUE(hub.Handle(now, Received{peer, inbound::Ping{}, 256 << 20}, effects).ok());
  EXPECT_EQ(hub.counters().pauses.value(), 0u);
  ASSERT_TRUE(hub.Handle(now, Received{peer, inbound::Ping{}, 1}, effects).ok());
  EXPECT_EQ(hub.counters().pauses.value(), 1u);
}

TEST(AnnounceRate, HoldsForAnnouncesAlone) {
  HubOptions options;
  options.announce_rate = Rate{.amount = 1, .burst = 3};
  HubFixture hub(options);
  FakePeer peer = hub.Connect(Id('a'));
  for (int i = 0; i < 100; ++i) peer.Ping();
  for (int i = 0; i < 3; ++i) peer.Announce("room");
  EXPECT_FALSE(peer.paused());
  peer.Announce("room");
  EXPECT_TRUE(peer.paused());
  hub.Advance(1s);
  EXPECT_FALSE(peer.paused());
}

TEST(PeerRates, HoldForNoHub) {
  HubOptions options = HubServer();
  options.message_rate = options.announce_rate = Rate{.amount = 1, .burst = 2};
  options.byte_rate = Rate{.amount = 1, .burst = 1000};
  HubFixture hub(options);
  FakePeer other = hub.JoinAsHub(Id('a'));
  for (int i = 0; i < 100; ++i) {
    other.Announce("pigeonhub-mesh", "\"isHub\":true", true);
    ASSERT_TRUE(hub.Handle(Received{other.connection(), inbound::Ping{}, 1000}).ok());
  }
  EXPECT_FALSE(other.paused());
}

TEST(PeerRates, LeaveNothingBehind) {
  HubFixture hub(TenMessagesASecond());
  for (uint32_t i = 1; i <= 50; ++i) {
    FakePeer peer = hub.Connect(NumberedId(i));
    for (int n = 0; n < 30; ++n) peer.Ping();
    peer.Drop();
  }
  hub.Advance(60s);
  EXPECT_EQ(hub.hub().counters().paused.value(), 0u);
  EXPECT_EQ(hub.hub().NextDeadline(), std::nullopt);
}

TEST(PeerRates, PauseForNoLongerThanIsLeftUntilThePeerHasToLeave) {
  HubOptions options;
  options.message_rate = Rate{.amount = 1, .per = 30min, .burst = 2};
  HubFixture hub(options);
  FakePeer peer = hub.Connect(Id('a'));
  for (int i = 0; i < 3; ++i) peer.Ping();
  EXPECT_TRUE(peer.paused());
  hub.Advance(9999ms);
  EXPECT_EQ(peer.closed(), std::nullopt);
  hub.Advance(1ms);
  EXPECT_EQ(peer.closed(), Reason::kRateLimit);
}

// ---- Rates of namespaces. -----------------------------------------------------------------------

constexpr Rate kTwoSlowly{.amount = 1, .per = 30min, .burst = 2};

absl::Status SetMessageRate(HubFixture& hub, const std::string& name, const Rate& rate) {
  return hub.Handle(SetNamespacePolicy{{name, {.message_rate = rate}}});
}

void Ping(FakePeer& peer, int times) {
  for (int i = 0; i < times; ++i) peer.Ping();
}

TEST(NamespaceRates, HoldForMembersAlone) {
  HubOptions options;
  options.namespaces = {{"slow*", {.message_rate = kTwoSlowly}},
                        {"quiet", {.announce_rate = Rate{.amount = 1, .burst = 1}}}};
  HubFixture hub(options);
  FakePeer member = hub.Join(Id('a'), "slow room");
  FakePeer other = hub.Join(Id('b'), "room");
  FakePeer nowhere = hub.Connect(Id('c'));
  FakePeer quiet = hub.Join(Id('d'), "quiet");
  for (FakePeer* peer : {&member, &other, &nowhere, &quiet}) Ping(*peer, 3);
  EXPECT_TRUE(member.paused());
  EXPECT_FALSE(other.paused());
  EXPECT_FALSE(nowhere.paused());
  EXPECT_FALSE(quiet.paused());
  quiet.Announce("quiet");
  quiet.Announce("quiet");
  EXPECT_TRUE(quiet.paused());
}

TEST(NamespaceRates, HoldAtOnceForThoseInsideAndForNobodyWhenLifted) {
  HubFixture hub;
  FakePeer peer = hub.Join(Id('a'), "room");
  ASSERT_TRUE(SetMessageRate(hub, "room", kTwoSlowly).ok());
  Ping(peer, 3);
  EXPECT_TRUE(peer.paused());
  ASSERT_TRUE(SetMessageRate(hub, "another", kTwoSlowly).ok());
  EXPECT_TRUE(peer.paused()) << "nothing changed here";
  ASSERT_TRUE(hub.Handle(UnsetNamespacePolicy{"room"}).ok());
  EXPECT_FALSE(peer.paused());
  Ping(peer, 100);
  EXPECT_FALSE(peer.paused());
  hub.Advance(60s);
  EXPECT_EQ(peer.closed(), std::nullopt);
  EXPECT_EQ(hub.hub().counters().paused.value(), 0u);
}

TEST(NamespaceRates, OfTheConfigurationHoldAtOnceToo) {
  HubFixture hub;
  FakePeer peer = hub.Join(Id('a'), "room");
  ASSERT_TRUE(hub.Handle(ConfigureNamespaces{{{"room", {.message_rate = kTwoSlowly}}}}).ok());
  Ping(peer, 3);
  EXPECT_TRUE(peer.paused());
  ASSERT_TRUE(hub.Handle(ConfigureNamespaces{}).ok());
  EXPECT_FALSE(peer.paused());
}

TEST(NamespaceRates, AreLeftBehindByWhoeverMoves) {
  HubOptions options;
  options.namespaces = {{"slow", {.message_rate = kTwoSlowly}}};
  HubFixture hub(options);
  FakePeer peer = hub.Join(Id('a'), "slow");
  peer.Ping();
  peer.Announce("room");
  ASSERT_FALSE(peer.paused());
  Ping(peer, 100);
  EXPECT_FALSE(peer.paused()) << "what was spent there is at most a bucket of here";
  peer.Announce("slow");
  Ping(peer, 3);
  EXPECT_TRUE(peer.paused());
}

TEST(NamespaceRates, HoldAtLoopbackAndAreLeftBehindThere) {
  HubOptions options;
  options.namespaces = {{"slow", {.message_rate = kTwoSlowly}}, {"free", {.message_rate = Rate{}}}};
  Hub hub(options, 1);
  const Now now{SteadyTime(100s), 100'000};
  Effects effects;
  const ConnectionId peer(0, 1);
  const auto handle = [&](const Input& input) {
    ASSERT_TRUE(hub.Handle(now, input, effects).ok());
  };
  handle(StartSignaling{"localhost", 3000});
  handle(Opened{peer, Id('a').text(), "127.0.0.1"});
  for (const char* name : {"free", "room"}) {
    handle(Received{peer, inbound::Announce{"slow", {}}});
    handle(Received{peer, inbound::Ping{}});
    handle(Received{peer, inbound::Announce{name, {}}});
    for (int i = 0; i < 1000; ++i) handle(Received{peer, inbound::Ping{}});
    EXPECT_EQ(hub.counters().pauses.value(), 0u) << name;
  }
  handle(Received{peer, inbound::Announce{"slow", {}}});
  for (int i = 0; i < 3; ++i) handle(Received{peer, inbound::Ping{}});
  EXPECT_EQ(hub.counters().pauses.value(), 1u) << "somebody set it, so it holds here, too";
}

// How often a peer at this address may announce 16 KiB to nine others at once, at most 1000 times.
int AnnouncesAtOnce(HubOptions options, std::string_view address) {
  options.message_rate = options.byte_rate = options.announce_rate = Rate{};
  Hub hub(options, 1);
  const Now now{SteadyTime(100s), 100'000};
  Effects effects;
  const auto handle = [&](const Input& input) {
    effects.clear();
    ASSERT_TRUE(hub.Handle(now, input, effects).ok());
  };
  handle(StartSignaling{"localhost", 3000});
  for (uint32_t i = 1; i <= 10; ++i) {
    handle(Opened{ConnectionId(0, i), NumberedId(i).text(), address});
    handle(Received{ConnectionId(0, i), inbound::Announce{"room", {}}});
  }
  int announces = 0;
  const auto is_paused = [&] {
    return std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
      return std::holds_alternative<PauseReading>(effect);
    });
  };
  while (announces < 1000 && !is_paused()) {
    std::string words(16 * 1024 - 8, 'w');
    words.replace(0, 6, std::to_string(100'000 + announces++));
    handle(Received{ConnectionId(0, 10), inbound::Announce{"room", ProfileOf(words)}});
  }
  return announces;
}

TEST(FanoutRate, IsSixtyFourMebibytesAtOnceByDefault) {
  EXPECT_EQ(AnnouncesAtOnce({}, "192.0.2.1"), (64 << 20) / 9 / (16 * 1024 - 8 + 2 * 256) + 1);
}

TEST(FanoutRate, IsNoneAtLoopbackByDefault) {
  EXPECT_EQ(AnnouncesAtOnce({}, "127.0.0.1"), 1000);
  EXPECT_EQ(AnnouncesAtOnce({}, "::1"), 1000);
}

TEST(FanoutRate, ThatWasSetCountsAtLoopbackToo) {
  EXPECT_EQ(AnnouncesAtOnce(OneKilobyteASecond(), "127.0.0.1"), 1);
}

TEST(FanoutRate, OfZeroIsNone) {
  HubOptions options;
  options.fanout_rate = Rate{};
  EXPECT_EQ(AnnouncesAtOnce(options, "192.0.2.1"), 1000);
}

}  // namespace
}  // namespace pigeonhub
