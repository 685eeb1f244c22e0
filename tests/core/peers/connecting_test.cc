// SPDX-License-Identifier: Apache-2.0
//
// From the finished handshake to being somebody: refusals, contested ids, the announce timeout.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Connecting, GreetsWithTheIdInItsOwnCase) {
  HubFixture hub;
  FakePeer lower = hub.Open(Id('a'));
  FakePeer upper = hub.Open(Id('A'));
  EXPECT_THAT(lower.Take(), ElementsAre("connected a"));
  EXPECT_THAT(upper.Take(), ElementsAre("connected A"));
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("peer_connected a from 192.0.2.1, 1 in all",
                                            "peer_connected A from 192.0.2.1, 2 in all"));
}

TEST(Connecting, RefusesWhatIsNoPeerId) {
  HubFixture hub;
  for (std::string_view id : {"", "abc", "gggggggggggggggggggggggggggggggggggggggg"}) {
    FakePeer peer = hub.OpenAs(id);
    EXPECT_EQ(peer.closed(), Reason::kInvalidPeerId);
    EXPECT_THAT(peer.Take(), IsEmpty());
    peer.Drop();
  }
  EXPECT_EQ(hub.counted(Reason::kInvalidPeerId), 3u);
  EXPECT_EQ(hub.hub().Stats().connections, 0u);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("peer_refused '' from 192.0.2.1 invalid_peer_id times 1"));
  hub.Advance(10s);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("peer_refused 'gggggggggggggggggggggggggggggggggggggggg' from 192.0.2.1 "
                          "invalid_peer_id times 2"));
}

TEST(Connecting, TellsOfNoRefusalThatWasNone) {
  HubFixture hub;
  hub.OpenAs("abc").Drop();
  hub.Advance(6s);
  hub.OpenAs("abc").Drop();
  hub.Advance(6s);
  hub.OpenAs("abc").Drop();
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("peer_refused 'abc' from 192.0.2.1 invalid_peer_id times 1",
                          "peer_refused 'abc' from 192.0.2.1 invalid_peer_id times 2"));
  hub.Advance(1min);
  EXPECT_THAT(hub.TakeEvents(), IsEmpty()) << "the last one was told when it came";
}

TEST(Connecting, RefusesMoreConnectionsThanConfigured) {
  HubOptions options;
  options.limits.max_connections = 2;
  HubFixture hub(options);
  FakePeer a = hub.Connect(Id('a'));
  FakePeer b = hub.Connect(Id('b'));
  FakePeer c = hub.Open(Id('c'));
  EXPECT_EQ(c.closed(), Reason::kMaximumConnections);
  c.Drop();
  a.Drop();
  EXPECT_EQ(hub.Open(Id('c')).closed(), std::nullopt);
  EXPECT_EQ(hub.hub().Stats().connections, 2u);
}

TEST(Connecting, ChecksTheIdThenDuplicatesThenTheLimit) {
  HubOptions options;
  options.limits.max_connections = 1;
  HubFixture hub(options);
  FakePeer a = hub.Connect(Id('a'));
  EXPECT_EQ(hub.OpenAs("x").closed(), Reason::kInvalidPeerId);
  FakePeer again = hub.Open(Id('a'));
  EXPECT_EQ(again.closed(), std::nullopt) << "a contested id is no connection too many";
  EXPECT_TRUE(again.paused());
}

TEST(Connecting, ToldAsTheReasonWhatTheCloseFrameSaid) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer c = hub.Join(Id('c'), "room");
  a.Drop(Reason::kPeerClosed, 1000, "Client disconnect");
  EXPECT_THAT(c.Take(), ElementsAre("disconnected a in room: Client disconnect"));
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("peer_disconnected a peer_closed 1000, 2 in all"));
  b.Drop();
  EXPECT_THAT(c.Take(), ElementsAre("disconnected b in room: disconnected"));
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("peer_disconnected b transport_lost 1006, 1 in all"));
}

TEST(Connecting, NamesTheRuleWhereTheHubItselfEndedIt) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  a.Drop(Reason::kSlowReader, 1013);
  EXPECT_THAT(b.Take(), ElementsAre("disconnected a in room: slow_reader"));
  EXPECT_EQ(hub.counted(Reason::kSlowReader), 1u);
}

// ---- Contested ids

TEST(ContestedId, PausesTheNewcomerAndProbesTheHolder) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer newcomer = hub.Open(Id('a'));
  EXPECT_THAT(hub.last_lines(), ElementsAre("pause 2", "probe 1"));
  EXPECT_TRUE(newcomer.paused());
  EXPECT_THAT(newcomer.Take(), IsEmpty());
  EXPECT_EQ(hub.hub().Stats().connections, 1u);
}

TEST(ContestedId, StaysWithAHolderThatAnswersTheProbe) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer newcomer = hub.Open(Id('a'));
  hub.Advance(2999ms);
  ASSERT_TRUE(hub.Handle(Alive{holder.connection()}).ok());
  EXPECT_EQ(newcomer.closed(), Reason::kPeerAlreadyConnected);
  EXPECT_EQ(hub.counted(Reason::kPeerAlreadyConnected), 1u);
  newcomer.Drop();
  hub.Advance(60s);
  EXPECT_EQ(holder.closed(), std::nullopt);
}

TEST(ContestedId, StaysWithAHolderThatSaysAnythingAtAll) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer newcomer = hub.Open(Id('a'));
  holder.Ping();
  EXPECT_EQ(newcomer.closed(), Reason::kPeerAlreadyConnected);
  EXPECT_THAT(holder.Take(), ElementsAre("pong a"));
}

TEST(ContestedId, GoesToTheNewcomerAfterThreeSecondsOfSilence) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer other = hub.Join(Id('b'), "room");
  FakePeer newcomer = hub.Open(Id('a'));
  hub.Advance(2999ms);
  EXPECT_EQ(holder.closed(), std::nullopt);
  hub.Advance(1ms);
  EXPECT_THAT(
      hub.last_lines(),
      ElementsAre("close 1 replaced", "broadcast 2 disconnected a in room: replaced",
                  "event 7 peer_disconnected a replaced 1008, 1 in all", "send 3 connected a",
                  "event 8 peer_connected a from 192.0.2.1, 2 in all", "resume 3"));
  EXPECT_FALSE(newcomer.paused());

  other.Take();
  holder.Drop();
  EXPECT_THAT(other.Take(), IsEmpty()) << "the old socket's end is no second leave";
  newcomer.Announce("room");
  EXPECT_THAT(other.Take(), ElementsAre("discovered a in room"));
  newcomer.Ping();
  EXPECT_EQ(hub.hub().Stats().connections, 2u);
}

TEST(ContestedId, GoesToTheNewcomerAtOnceWhenTheHolderLeaves) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer newcomer = hub.Open(Id('a'));
  holder.Drop();
  EXPECT_THAT(newcomer.Take(), ElementsAre("connected a"));
  EXPECT_FALSE(newcomer.paused());
  hub.Advance(10s);
  EXPECT_EQ(newcomer.closed(), std::nullopt) << "the challenge is over";
}

// A page that is loaded again: its old connection's last words come after the new connection.
TEST(ContestedId, GoesToTheNewcomerWhateverTheHolderLeavesBy) {
  const std::function<void(HubFixture&, FakePeer&)> kLeaves[] = {
      [](HubFixture&, FakePeer& holder) { holder.Goodbye(); },
      [](HubFixture& hub, FakePeer& holder) {
        holder.Goodbye();
        hub.Handle(Alive{holder.connection()}).IgnoreError();  // the frame that it came in
      },
      [](HubFixture&, FakePeer& holder) { holder.Drop(Reason::kPeerClosed, 1001, ""); },
      [](HubFixture&, FakePeer& holder) { holder.Drop(Reason::kTransportLost); },
      [](HubFixture&, FakePeer& holder) { holder.Drop(Reason::kProtocolError, 1002); },
  };
  for (const auto& leave : kLeaves) {
    HubFixture hub;
    FakePeer holder = hub.Join(Id('a'), "room");
    FakePeer newcomer = hub.Open(Id('a'));
    leave(hub, holder);
    EXPECT_EQ(newcomer.closed(), std::nullopt);
    EXPECT_FALSE(newcomer.paused());
    EXPECT_THAT(newcomer.Take(), ElementsAre("connected a"));
    hub.Advance(10s);
    EXPECT_EQ(newcomer.closed(), std::nullopt);
  }
}

TEST(ContestedId, IsStillTheHoldersWhenAHubSaysGoodbyeForAnotherPeer) {
  HubFixture hub;
  FakePeer holder = hub.JoinAsHub(Id('a'));
  holder.Report(Id('7'), "room");
  FakePeer newcomer = hub.Open(Id('a'));
  holder.RelayGoodbye(Id('7'), "room");
  EXPECT_EQ(newcomer.closed(), Reason::kPeerAlreadyConnected);
}

TEST(ContestedId, IsFreeAgainWhenTheNewcomerGivesUp) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer newcomer = hub.Open(Id('a'));
  newcomer.Drop();
  hub.Advance(3s);
  EXPECT_EQ(holder.closed(), std::nullopt);
  FakePeer next = hub.Open(Id('a'));
  EXPECT_TRUE(next.paused());
  EXPECT_EQ(hub.inbox(holder.connection()).probes, 2);
  hub.Advance(3s);
  EXPECT_EQ(holder.closed(), Reason::kReplaced);
  EXPECT_THAT(next.Take(), ElementsAre("connected a"));
}

TEST(ContestedId, RefusesMoreNewcomersAtOnce) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer second = hub.Open(Id('a'));
  FakePeer third = hub.Open(Id('a'));
  EXPECT_EQ(third.closed(), Reason::kPeerAlreadyConnected);
  EXPECT_EQ(second.closed(), std::nullopt);
  EXPECT_EQ(hub.inbox(holder.connection()).probes, 1);
  third.Drop();
  hub.Advance(3s);
  EXPECT_THAT(second.Take(), ElementsAre("connected a"));
}

TEST(ContestedId, HasItsOwnThreeSecondsEachTime) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer new_a = hub.Open(Id('a'));
  hub.Advance(1s);
  FakePeer new_b = hub.Open(Id('b'));
  hub.Advance(2s);
  EXPECT_EQ(a.closed(), Reason::kReplaced);
  EXPECT_EQ(b.closed(), std::nullopt);
  hub.Advance(1s);
  EXPECT_EQ(b.closed(), Reason::kReplaced);
}

TEST(ContestedId, IsDecidedWithTheProbeTimeoutThatWasConfigured) {
  HubOptions options;
  options.probe_timeout = 200ms;
  HubFixture hub(options);
  FakePeer holder = hub.Join(Id('a'), "room");
  hub.Open(Id('a'));
  hub.Advance(200ms);
  EXPECT_EQ(holder.closed(), Reason::kReplaced);
}

// ---- The first announce

TEST(AnnounceTimeout, ClosesAPeerThatSaysNothingForThirtySeconds) {
  HubFixture hub;
  FakePeer silent = hub.Connect(Id('a'));
  hub.Advance(10s);
  FakePeer later = hub.Connect(Id('b'));
  FakePeer good = hub.Join(Id('c'), "room");
  hub.Advance(19999ms);
  EXPECT_EQ(silent.closed(), std::nullopt);
  hub.Advance(1ms);
  EXPECT_EQ(silent.closed(), Reason::kAnnounceTimeout);
  EXPECT_EQ(later.closed(), std::nullopt);
  hub.Advance(10s);
  EXPECT_EQ(later.closed(), Reason::kAnnounceTimeout);
  hub.Advance(600s);
  EXPECT_EQ(good.closed(), std::nullopt);
}

TEST(AnnounceTimeout, IsNotPutOffByOtherMessages) {
  HubFixture hub;
  FakePeer peer = hub.Connect(Id('a'));
  for (int i = 0; i < 30; ++i) {
    peer.Ping();
    hub.Advance(1s);
  }
  EXPECT_EQ(peer.closed(), Reason::kAnnounceTimeout);
}

TEST(AnnounceTimeout, SparesHubsThatOnlyListen) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  FakePeer granted = hub.Connect(Id('1'));
  hub.Advance(600s);
  EXPECT_EQ(granted.closed(), std::nullopt);
}

TEST(AnnounceTimeout, CatchesAHubThatIsOneNoLonger) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  FakePeer granted = hub.Connect(Id('1'));
  hub.Advance(60s);
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('1')}).ok());
  hub.Advance(30s);
  EXPECT_EQ(granted.closed(), Reason::kAnnounceTimeout);
}

TEST(AnnounceTimeout, StartsAnewForTheNewcomerOfAContestedId) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer newcomer = hub.Open(Id('a'));
  hub.Advance(3s);
  hub.Advance(29999ms);
  EXPECT_EQ(newcomer.closed(), std::nullopt);
  hub.Advance(1ms);
  EXPECT_EQ(newcomer.closed(), Reason::kAnnounceTimeout);
}

// ---- Late frames and late ends

TEST(Connecting, IgnoresFramesOfConnectionsThatAreOver) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  a.Goodbye();
  b.Take();
  a.Ping();
  a.Announce("room");
  a.Offer(b.id(), "room");
  ASSERT_TRUE(hub.Handle(Alive{a.connection()}).ok());
  ASSERT_TRUE(hub.Handle(WantMore{a.connection()}).ok());
  a.Drop();
  EXPECT_THAT(b.Take(), IsEmpty());
}

TEST(Connecting, TellsWhoWasRefusedOnceInTenSeconds) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  for (int i = 0; i < 25; ++i) {  // two tabs with one id
    FakePeer tab = hub.Open(Id('a'));
    holder.Ping();
    EXPECT_EQ(tab.closed(), Reason::kPeerAlreadyConnected);
    hub.Advance(1s);
  }
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("peer_refused a from 192.0.2.1 peer_already_connected times 1",
                          "peer_refused a from 192.0.2.1 peer_already_connected times 10",
                          "peer_refused a from 192.0.2.1 peer_already_connected times 10"));
  hub.Advance(10s);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("peer_refused a from 192.0.2.1 peer_already_connected times 4"));
}

TEST(Connecting, TellsWhomTheNetworkTurnedAway) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(Refused{Reason::kMemoryLimit, Id('a').text(), "192.0.2.9"}).ok());
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("limit_hit memory_limit times 1",
                                            "peer_refused a from 192.0.2.9 memory_limit times 1"));
}

TEST(Connecting, CutsAnIdThatMayBeAnything) {
  HubFixture hub;
  hub.OpenAs(std::string(10'000, 'x'));
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("peer_refused '" + std::string(64, 'x') +
                                            "' from 192.0.2.1 invalid_peer_id times 1"));
}

TEST(Connecting, TellsOfADepartureWhatThePeerDid) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  ASSERT_TRUE(hub.Handle(Received{a.connection(), inbound::Ping{}, 100}).ok());
  ASSERT_TRUE(hub.Handle(Received{a.connection(), inbound::Ping{}, 23}).ok());
  hub.Advance(90s);
  a.Drop();
  const PeerDisconnected* event = nullptr;
  for (const Effect& effect : hub.last_effects()) {
    if (const auto* emit = std::get_if<Emit>(&effect)) {
      if (const auto* body = std::get_if<PeerDisconnected>(&emit->event.body)) event = body;
    }
  }
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->address, "192.0.2.1");
  EXPECT_EQ(event->connected_for, 90s);
  EXPECT_EQ(event->messages, 3u) << "with its announce";
  EXPECT_EQ(event->bytes, 123u);
}

TEST(Connecting, CountsWhatTheNetworkTurnedAwayByItself) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(Refused{Reason::kBadHandshake}).ok());
  EXPECT_EQ(hub.counted(Reason::kBadHandshake), 1u);
}

TEST(Connecting, CountsWhatIsNoMessageAndTellsNobody) {
  HubFixture hub;
  FakePeer peer = hub.Connect(Id('a'));
  hub.TakeEvents();
  ASSERT_TRUE(hub.Handle(Unreadable{peer.connection(), Reason::kInvalidMessage, 9}).ok());
  ASSERT_TRUE(hub.Handle(Unreadable{{}, Reason::kInvalidMessage, 9}).ok());
  EXPECT_EQ(hub.counted(Reason::kInvalidMessage), 2u);
  EXPECT_THAT(hub.TakeEvents(), ::testing::IsEmpty());
}

}  // namespace
}  // namespace pigeonhub
