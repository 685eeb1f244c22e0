// SPDX-License-Identifier: Apache-2.0
//
// What QuietSignals hands on, and what it leaves to Hub::Handle.
#include "server/core/peers/quiet_signals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/identity.h"
#include "server/core/turn.h"
#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Received SignalOf(const FakePeer& from, SignalType type, std::string_view target,
                  std::string_view network = "room", std::string_view payload = "1") {
  return {from.connection(), inbound::Signal{type, network, "", target, Json(payload)}, 100};
}
Received OfferOf(const FakePeer& from, const PeerId& target, std::string_view payload = "1") {
  return SignalOf(from, SignalType::kOffer, target.text(), "room", payload);
}

// All that a signal may change.
std::vector<uint64_t> FiguresOf(const HubFixture& hub) {
  std::vector<uint64_t> figures = {hub.hub().journal().next_event()};
  for (const PeerRecord& peer : hub.hub().ListPeers({}, 0, 100).peers) {
    for (const uint64_t figure : {peer.messages, peer.bytes, peer.signals_sent,
                                  peer.signals_received, uint64_t(peer.last_activity)}) {
      figures.push_back(figure);
    }
  }
  for (const NamespaceRecord& one : hub.hub().ListNamespaces("", "", 100)) {
    figures.push_back(one.signals);
    figures.push_back(one.signal_bytes);
  }
  const Counters& counters = hub.hub().counters();
  for (size_t type = 0; type < kSignalTypeCount; ++type) {
    figures.push_back(counters.signals_delivered[type].value());
    figures.push_back(counters.signals_dropped[type].value());
  }
  for (const Counter* step : {&counters.funnel.offered, &counters.funnel.answered,
                              &counters.funnel.candidates, &counters.funnel.retried}) {
    figures.push_back(step->value());
  }
  return figures;
}

class PassingSignals : public ::testing::Test {
 protected:
  explicit PassingSignals(const HubOptions& options = {}) : hub_(options) {
    // The two are known as a pair from then on.
    a_.Offer(b_.id(), "room", "0");
    hub_.ForgetMessages();
  }

  // The effects; empty if it is left to Handle.
  std::vector<std::string> Pass(const Received& input) {
    hub_.clock().Advance(1ms);
    const std::vector<uint64_t> before = FiguresOf(hub_);
    Effects effects;
    QuietSignals& signals = hub_.hub().quiet_signals();
    const std::optional<QuietSignal> quiet = signals.Find(input);
    const bool passed =
        quiet.has_value() && signals.Pass(hub_.clock().Read(), input, *quiet, effects);
    EXPECT_EQ(passed, !effects.empty());
    EXPECT_EQ(passed, FiguresOf(hub_) != before);
    return ToText(effects);
  }
  static std::vector<std::string> Nothing() { return {}; }

  HubFixture hub_;
  FakePeer a_ = hub_.Join(Id('a'), "room");
  FakePeer b_ = hub_.Join(Id('b'), "room");
  FakePeer c_ = hub_.Join(Id('c'), "other");
};

TEST_F(PassingSignals, GoToAPeerOfTheSameNamespaceWhoseSignalsCameBefore) {
  EXPECT_THAT(Pass(OfferOf(a_, b_.id())), ElementsAre("send 2 offer a to b in room 1"));
  EXPECT_THAT(Pass(SignalOf(b_, SignalType::kAnswer, a_.id().text())),
              ElementsAre("send 1 answer b to a in room 1"));
  EXPECT_THAT(Pass(SignalOf(a_, SignalType::kIceCandidate, b_.id().text())),
              ElementsAre("send 2 ice-candidate a to b in room 1"));
  EXPECT_EQ(hub_.hub().FindPeer(a_.id())->signals_sent, 3u);
  EXPECT_EQ(hub_.hub().FindPeer(b_.id())->signals_received, 3u);
  EXPECT_EQ(hub_.hub().FindNamespace("room")->signals, 4u);
  EXPECT_EQ(hub_.hub().counters().funnel.answered.value(), 1u);
}

TEST_F(PassingSignals, AreLeftToHandleWhileThePairIsNew) {
  FakePeer d = hub_.Join(Id('d'), "room");
  EXPECT_EQ(Pass(OfferOf(a_, d.id())), Nothing());
  a_.Offer(d.id(), "room", "1");
  EXPECT_THAT(Pass(OfferOf(d, a_.id())), ElementsAre("send 1 offer d to a in room 1"));
}

TEST_F(PassingSignals, AreLeftToHandleWhereTheyAreToBeDropped) {
  const std::string too_large(HubOptions().limits.signal + 1, '1');
  const PeerId absent = Id('f');
  EXPECT_EQ(Pass(SignalOf(a_, SignalType::kOffer, absent.text())), Nothing());
  EXPECT_EQ(Pass(SignalOf(a_, SignalType::kOffer, "")), Nothing());
  EXPECT_EQ(Pass(SignalOf(a_, SignalType::kOffer, "no id")), Nothing());
  EXPECT_EQ(Pass(SignalOf(a_, SignalType::kOffer, b_.id().text(), "other")), Nothing());
  EXPECT_EQ(Pass(SignalOf(a_, SignalType::kOffer, c_.id().text())), Nothing());
  EXPECT_EQ(Pass(SignalOf(a_, SignalType::kOffer, c_.id().text(), "other")), Nothing());
  EXPECT_EQ(Pass(OfferOf(a_, b_.id(), too_large)), Nothing());
  const FakePeer nowhere = hub_.Connect(Id('e'));
  EXPECT_EQ(Pass(OfferOf(nowhere, b_.id())), Nothing()) << "it announced nothing";
  const FakePeer gone(hub_, ConnectionId(0, 99), Id('d'));
  EXPECT_EQ(Pass(OfferOf(gone, b_.id())), Nothing());
}

TEST_F(PassingSignals, AreNothingElse) {
  EXPECT_EQ(Pass({a_.connection(), inbound::Ping{}, 10}), Nothing());
  EXPECT_EQ(Pass({a_.connection(), inbound::Announce{"room", {}}, 10}), Nothing());
}

TEST_F(PassingSignals, AreLeftToHandleWhileSomebodyWatchesThem) {
  const auto passes = [&] { return !Pass(OfferOf(a_, b_.id())).empty(); };
  const auto watched = [&](const Input& watch) {
    EXPECT_TRUE(hub_.Handle(watch).ok());
    return !passes();
  };
  EXPECT_TRUE(watched(WatchSignals{{{a_.id(), ""}}}));
  EXPECT_TRUE(watched(WatchSignals{{{b_.id(), ""}}}));
  EXPECT_TRUE(watched(WatchSignals{{{std::nullopt, "room"}}}));
  EXPECT_TRUE(watched(WatchSignals{{{std::nullopt, ""}}}));
  EXPECT_FALSE(watched(WatchSignals{{{c_.id(), ""}, {std::nullopt, "other"}}})) << "others";
  EXPECT_FALSE(watched(WatchSignals{})) << "nobody";

  EXPECT_TRUE(watched(WatchHandshakes{{{std::pair(a_.id(), b_.id()), ""}}}));
  EXPECT_TRUE(watched(WatchHandshakes{{{std::nullopt, "room"}}}));
  EXPECT_FALSE(watched(WatchHandshakes{{{std::pair(c_.id(), Id('f')), ""}, {{}, "other"}}}));
  EXPECT_FALSE(watched(WatchHandshakes{}));
}

TEST_F(PassingSignals, AreLeftToHandleWhereAnEventTellsThatThePairIsRetried) {
  hub_.Advance(10s);
  EXPECT_EQ(Pass(OfferOf(a_, b_.id())), Nothing());
  EXPECT_THAT(Pass(SignalOf(b_, SignalType::kAnswer, a_.id().text())),
              ElementsAre("send 1 answer b to a in room 1"));
  hub_.TakeEvents();
  a_.Offer(b_.id(), "room", "1");
  EXPECT_THAT(hub_.TakeEvents(), ::testing::SizeIs(1));
  EXPECT_THAT(Pass(OfferOf(a_, b_.id())), ElementsAre("send 2 offer a to b in room 1"));
}

TEST_F(PassingSignals, AreLeftToHandleWhileSomebodyWaitsToHearWhetherTheSenderLives) {
  hub_.Open(a_.id());
  EXPECT_EQ(Pass(OfferOf(a_, b_.id())), Nothing());
  EXPECT_THAT(Pass(SignalOf(b_, SignalType::kAnswer, a_.id().text())),
              ElementsAre("send 1 answer b to a in room 1"));
  a_.Offer(b_.id(), "room", "1");
  EXPECT_THAT(Pass(OfferOf(a_, b_.id())), ElementsAre("send 2 offer a to b in room 1"));
}

class PassingSignalsWithARate : public PassingSignals {
 protected:
  PassingSignalsWithARate() : PassingSignals(TwoAtOnce()) {}

  static HubOptions TwoAtOnce() {
    HubOptions options;
    options.message_rate = Rate{1, 1s, 4};
    return options;
  }
};

TEST_F(PassingSignalsWithARate, AreCountedAndLeftToHandleWhenTheSenderIsOverIt) {
  // It has announced, and said its first offer.
  EXPECT_THAT(Pass(OfferOf(a_, b_.id())), ElementsAre("send 2 offer a to b in room 1"));
  EXPECT_THAT(Pass(OfferOf(a_, b_.id())), ElementsAre("send 2 offer a to b in room 1"));
  EXPECT_EQ(Pass(OfferOf(a_, b_.id())), Nothing());
  a_.Offer(b_.id(), "room", "1");
  EXPECT_TRUE(a_.paused());
}

TEST_F(PassingSignals, GoByTheRateThatAPolicySets) {
  SetNamespacePolicy change;
  change.policy = {"room", {}};
  change.policy.policy.message_rate = Rate{1, 1s, 1};
  ASSERT_TRUE(hub_.Handle(change).ok());
  EXPECT_EQ(Pass(OfferOf(a_, b_.id())), Nothing()) << "the sender's buckets are still the others";
  a_.Offer(b_.id(), "room", "1");
  hub_.Advance(5s);
  EXPECT_THAT(Pass(OfferOf(a_, b_.id())), ElementsAre("send 2 offer a to b in room 1"));
  EXPECT_EQ(Pass(OfferOf(a_, b_.id())), Nothing());
}

TEST(PassingSignalsOfHubs, AreLeftToHandle) {
  HubFixture hub(HubServer());
  FakePeer other = hub.JoinAsHub(Id('a'));
  FakePeer peer = hub.Join(Id('b'), hub.hub().identity().mesh_namespace());
  peer.Offer(other.id(), hub.hub().identity().mesh_namespace(), "1");
  EXPECT_FALSE(hub.hub()
                   .quiet_signals()
                   .Find(SignalOf(other, SignalType::kOffer, peer.id().text(),
                                  hub.hub().identity().mesh_namespace()))
                   .has_value());
}

TEST(PassingSignalsOfAPeer, AreLeftToHandleWhileAnotherHubSaysThatItHasThePeer) {
  HubFixture hub(HubServer());
  FakePeer other = hub.JoinAsHub(Id('e'));
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  a.Offer(b.id(), "room", "1");
  EXPECT_TRUE(hub.hub().quiet_signals().Find(OfferOf(a, b.id())).has_value());
  other.Report(a.id(), "room");
  EXPECT_FALSE(hub.hub().quiet_signals().Find(OfferOf(a, b.id())).has_value());
  a.Ping();
  EXPECT_TRUE(hub.hub().quiet_signals().Find(OfferOf(a, b.id())).has_value());
}

TEST_F(PassingSignals, OfAnAnswerWhoseTimeIsBeforeThatOfItsOfferTookNoTime) {
  FakePeer d = hub_.Join(Id('d'), "room");
  a_.Offer(d.id(), "room", "1");
  const Now before = hub_.clock().Read();
  hub_.Advance(2min);
  // It begins a new handshake.
  EXPECT_THAT(Pass(OfferOf(a_, d.id())), ::testing::SizeIs(1));
  QuietSignals& signals = hub_.hub().quiet_signals();
  const Received answer = SignalOf(d, SignalType::kAnswer, a_.id().text());
  Effects effects;
  ASSERT_TRUE(signals.Pass(before, answer, *signals.Find(answer), effects));
  const FunnelCounters& funnel = hub_.hub().counters().funnel;
  EXPECT_EQ(funnel.answered.value(), 1u);
  EXPECT_EQ(funnel.offer_to_answer.sum(), 0);
}

// Somebody watches handshakes of each with somebody who never comes. That changes nothing but that
// no signal passes on the short way.
TEST(PassingSignalsAndOthers, DoTheSame) {
  HubOptions options;
  options.message_rate = Rate{20, 1s, 30};
  HubFixture shortly(options);
  HubFixture at_length(options);
  std::array<std::vector<FakePeer>, 2> peers;
  for (size_t i = 0; i < 8; ++i) {
    const std::string_view network = i < 5 ? "room" : "other";
    peers[0].push_back(shortly.Join(NumberedId(i + 1), network));
    peers[1].push_back(at_length.Join(NumberedId(i + 1), network));
  }
  WatchHandshakes watch;
  for (const FakePeer& peer : peers[1])
    watch.filters.push_back({std::pair(peer.id(), Id('f')), ""});
  ASSERT_TRUE(at_length.Handle(watch).ok());
  std::mt19937 random(7);
  const auto below = [&](size_t end) { return random() % end; };
  for (int i = 0; i < 3000; ++i) {
    const size_t from = below(8);
    const size_t target = below(8);
    const auto type = static_cast<SignalType>(below(kSignalTypeCount));
    const std::string_view network = below(8) < 7 ? from < 5 ? "room" : "other" : "elsewhere";
    const auto pause = std::chrono::milliseconds(below(50) == 0 ? below(9000) : below(20));
    std::array<HubFixture*, 2> hubs = {&shortly, &at_length};
    for (size_t hub = 0; hub < 2; ++hub) {
      hubs[hub]->Advance(pause);
      if (peers[hub][from].paused() || peers[hub][from].closed().has_value()) continue;
      peers[hub][from].Send(inbound::Signal{type, network, "", peers[hub][target].id().text(),
                                            Json(std::to_string(i))});
    }
    ASSERT_EQ(shortly.last_lines(), at_length.last_lines()) << i;
    ASSERT_EQ(FiguresOf(shortly), FiguresOf(at_length)) << i;
    ASSERT_EQ(shortly.TakeEvents(), at_length.TakeEvents()) << i;
  }
}

}  // namespace
}  // namespace pigeonhub
