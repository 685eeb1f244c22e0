// SPDX-License-Identifier: Apache-2.0
//
// What an operator can see: lists of peers and namespaces, samples of signals, bursts, audit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Names(const PeerPage& page) {
  std::vector<std::string> names;
  for (const PeerRecord& peer : page.peers) names.push_back(ToText(peer.peer));
  return names;
}

std::vector<std::string> Names(const std::vector<NamespaceRecord>& records) {
  std::vector<std::string> names;
  for (const NamespaceRecord& record : records) names.push_back(record.name);
  return names;
}

TEST(ListPeers, GoesPageByPageOldestFirst) {
  HubFixture hub;
  for (char digit : {'c', 'a', 'd', 'b'}) hub.Connect(Id(digit));
  const PeerPage first = hub.hub().ListPeers({}, 0, 2);
  EXPECT_THAT(Names(first), ElementsAre("c", "a"));
  EXPECT_TRUE(first.more);
  const PeerPage second = hub.hub().ListPeers({}, first.next_order, 2);
  EXPECT_THAT(Names(second), ElementsAre("d", "b"));
  EXPECT_FALSE(second.more);
  EXPECT_THAT(Names(hub.hub().ListPeers({}, second.next_order, 2)), IsEmpty());
}

TEST(ListPeers, GoesOnWhereItWasAlthoughPeersLeft) {
  HubFixture hub;
  FakePeer a = hub.Connect(Id('a'));
  FakePeer b = hub.Connect(Id('b'));
  FakePeer c = hub.Connect(Id('c'));
  const PeerPage first = hub.hub().ListPeers({}, 0, 2);
  a.Drop();
  b.Drop();
  EXPECT_THAT(Names(hub.hub().ListPeers({}, first.next_order, 2)), ElementsAre("c"));
}

TEST(ListPeers, FiltersWithinTheBoundOfALook) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  hub.Join(Id('b'), "other");
  hub.JoinAsHub(Id('c'));
  hub.Connect(Id('d'));
  hub.Join(NumberedId(0xab000000), "room");
  EXPECT_THAT(Names(hub.hub().ListPeers({"room", "", false}, 0, 9)),
              ElementsAre("a", ToText(NumberedId(0xab000000))));
  EXPECT_THAT(Names(hub.hub().ListPeers({"", "", true}, 0, 9)), ElementsAre("c"));
  EXPECT_THAT(Names(hub.hub().ListPeers({"", "ab0", false}, 0, 9)),
              ElementsAre(ToText(NumberedId(0xab000000))));
  const PeerPage looked_at_three = hub.hub().ListPeers({"", "d", false}, 0, 3);
  EXPECT_THAT(Names(looked_at_three), IsEmpty());
  EXPECT_TRUE(looked_at_three.more);
  EXPECT_THAT(Names(hub.hub().ListPeers({"", "d", false}, looked_at_three.next_order, 3)),
              ElementsAre("d"));
}

TEST(FindPeer, TellsWhatIsKnown) {
  HubFixture hub;
  const UnixMillis begin = hub.clock().Read().unix_ms;
  FakePeer a = hub.Connect(Id('a'));
  EXPECT_EQ(hub.hub().FindPeer(Id('a'))->network, nullptr);
  EXPECT_EQ(hub.hub().FindPeer(Id('a'))->announced_at, 0);
  hub.Advance(1s);
  a.Announce("room", R"("n":1)");
  hub.Advance(1s);
  a.Announce("room", R"("n":2)");
  const PeerRecord record = *hub.hub().FindPeer(Id('a'));
  EXPECT_EQ(*record.network, "room");
  EXPECT_EQ(*record.profile.members, R"("n":2)");
  EXPECT_EQ(record.address, "192.0.2.1");
  EXPECT_EQ(record.connected_at, begin);
  EXPECT_EQ(record.announced_at, begin + 1000);
  EXPECT_EQ(record.last_activity, begin + 2000);
  EXPECT_FALSE(hub.hub().FindPeer(Id('b')).has_value());
}

TEST(ListNamespaces, GoesPageByPageInTheOrderOfNames) {
  HubFixture hub;
  int digit = 0;
  for (const char* name : {"room 2", "b", "room 1", "a", "room 3", "s"}) {
    hub.Join(Id("0123456789"[digit++]), name);
  }
  EXPECT_THAT(Names(hub.hub().ListNamespaces("", "", 3)), ElementsAre("a", "b", "room 1"));
  EXPECT_THAT(Names(hub.hub().ListNamespaces("", "room 1", 3)),
              ElementsAre("room 2", "room 3", "s"));
  EXPECT_THAT(Names(hub.hub().ListNamespaces("room", "", 2)), ElementsAre("room 1", "room 2"));
  EXPECT_THAT(Names(hub.hub().ListNamespaces("room", "room 2", 2)), ElementsAre("room 3"));
  EXPECT_THAT(Names(hub.hub().ListNamespaces("x", "", 2)), IsEmpty());
}

TEST(FindNamespace, CountsMembersHereAndElsewhere) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  one.Report(Id('f'), "room");
  one.Report(Id('e'), "room");
  hub.Join(Id('a'), "room");
  const NamespaceRecord room = *hub.hub().FindNamespace("room");
  EXPECT_EQ(room.local_peers, 1u);
  EXPECT_EQ(room.remote_peers, 2u);
  EXPECT_FALSE(room.is_hub_mesh);
  EXPECT_TRUE(hub.hub().FindNamespace("pigeonhub-mesh")->is_hub_mesh);
  EXPECT_FALSE(hub.hub().FindNamespace("nowhere").has_value());
}

TEST(WatchSignals, ShowsEverySignalOfAPeerAndNoPayload) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer c = hub.Join(Id('c'), "room");
  a.Offer(b.id(), "room", "12345");
  EXPECT_THAT(hub.TakeEvents(), IsEmpty()) << "nobody asked";
  ASSERT_TRUE(hub.Handle(WatchSignals{{{Id('a'), ""}}}).ok());
  c.Offer(b.id(), "room");
  EXPECT_THAT(hub.TakeEvents(), IsEmpty()) << "not of that peer";
  a.Offer(b.id(), "room", "12345");
  b.Signal(SignalType::kAnswer, a.id(), "room");
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("signal_relayed offer a to b in room, 5 bytes",
                                            "signal_relayed answer b to a in room, 0 bytes"));
  for (int i = 0; i < 1000; ++i) a.Signal(SignalType::kIceCandidate, b.id(), "room");
  EXPECT_EQ(hub.TakeEvents().size(), 1000u);
  ASSERT_TRUE(hub.Handle(WatchSignals{}).ok());
  a.Offer(b.id(), "room");
  EXPECT_THAT(hub.TakeEvents(), IsEmpty());
}

TEST(WatchSignals, TellsHowLongAfterTheOfferASignalCame) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  ASSERT_TRUE(hub.Handle(WatchSignals{{SignalFilter{}}}).ok());
  const auto since = [&]() -> std::optional<Duration> {
    for (const Effect& effect : hub.last_effects()) {
      if (const auto* emit = std::get_if<Emit>(&effect)) {
        return std::get<SignalRelayed>(emit->event.body).since_offer;
      }
    }
    ADD_FAILURE() << "not shown";
    return {};
  };
  a.Offer(b.id(), "room");
  EXPECT_EQ(since(), std::nullopt);
  hub.Advance(27ms);
  b.Signal(SignalType::kAnswer, a.id(), "room");
  EXPECT_EQ(since(), 27ms);
  hub.Advance(4ms);
  a.Signal(SignalType::kIceCandidate, b.id(), "room");
  EXPECT_EQ(since(), 31ms);
}

TEST(WatchSignals, ShowsWhatWasHandedToAnotherHub) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Join(Id('a'), "room");
  one.Report(Id('f'), "room");
  ASSERT_TRUE(hub.Handle(WatchSignals{{SignalFilter{}}}).ok());
  hub.TakeEvents();
  a.Offer(Id('f'), "room", "1");
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("signal_relayed offer a to f in room, 1 bytes (link)"));
}

TEST(WatchSignals, ShowsWhatWasDroppedAndWhy) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "other");
  FakePeer silent = hub.Connect(Id('c'));
  FakePeer one = hub.JoinAsHub(Id('1'));
  ASSERT_TRUE(hub.Handle(WatchSignals{{{Id('a'), ""}, {Id('c'), ""}, {Id('d'), ""}}}).ok());
  hub.TakeEvents();
  a.Offer(b.id(), "room", "123");
  silent.Offer(a.id(), "room");
  a.Send(inbound::Signal{SignalType::kOffer, "room", "", "no id", {}});
  a.Send(inbound::Signal{SignalType::kAnswer, "room", "", "", {}});
  one.RelayOffer(Id('d'), a.id(), "room");
  EXPECT_THAT(
      hub.TakeEvents(),
      ElementsAre("signal_dropped offer a to b in room, 3 bytes, signal_other_namespace",
                  "signal_dropped offer c to a in none, 0 bytes, signal_not_announced",
                  "signal_dropped offer a to nobody in room, 0 bytes, signal_unknown_target",
                  "signal_dropped answer a to nobody in room, 0 bytes, signal_without_target",
                  "signal_dropped offer d to a in none, 0 bytes, signal_forged_sender"));
}

TEST(Report, GoesIntoTheEventsAsItIs) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(Report{Audit{"Drain", "root", "hub", "OK"}}).ok());
  ASSERT_TRUE(hub.Handle(Report{ServerError{"accept failed"}}).ok());
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("audit Drain by root on hub: OK", "error accept failed"));
}

TEST(Links, GoUpAndDownInTheEventsWithWhatWasLost) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer two = hub.JoinAsHub(Id('2'));
  one.Report(Id('f'), "room");
  one.Report(Id('e'), "room");
  two.Report(Id('e'), "room");
  hub.TakeEvents();
  one.Drop();
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("link_down 1, 1 peers withdrawn", "hub_unregistered 1, 1 in all",
                          "peer_disconnected 1 transport_lost 1006, 1 in all"));
}

// The LinkDown among the effects of the last input.
LinkDown LastLinkDown(const HubFixture& hub) {
  for (const Effect& effect : hub.last_effects()) {
    const auto* emit = std::get_if<Emit>(&effect);
    if (emit == nullptr) continue;
    if (const auto* down = std::get_if<LinkDown>(&emit->event.body)) return *down;
  }
  ADD_FAILURE() << "no link went down";
  return {};
}

TEST(Links, TellWhyTheyWentDownAndWhoClosedThem) {
  struct Ending {
    Reason reason;
    uint16_t code;
    LinkEnd::Side side;
  };
  for (const Ending& ending : {Ending{Reason::kPeerClosed, 1001, LinkEnd::Side::kOtherHub},
                               Ending{Reason::kTransportLost, 1006, LinkEnd::Side::kNeither},
                               Ending{Reason::kUnresponsive, 1001, LinkEnd::Side::kThisHub}}) {
    HubFixture hub;
    const UnixMillis begin = hub.clock().Read().unix_ms;
    FakePeer one = hub.JoinAsHub(Id('1'));
    hub.Advance(90s);
    one.Drop(ending.reason, ending.code);
    const LinkDown down = LastLinkDown(hub);
    EXPECT_EQ(down.end->reason, ending.reason);
    EXPECT_EQ(down.end->code, ending.code);
    EXPECT_EQ(down.end->side, ending.side);
    EXPECT_EQ(down.since, begin);
    EXPECT_EQ(down.up_for, 90s);
  }
}

TEST(Links, ThatAreNoneAnyMoreHaveNoReason) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  one.Announce("room");
  EXPECT_FALSE(LastLinkDown(hub).end.has_value());
}

TEST(Links, TellThatAnOperatorOrAStopClosedThem) {
  HubFixture hub;
  hub.JoinAsHub(Id('1'));
  ASSERT_TRUE(hub.Handle(DisconnectLink{Id('1')}).ok());
  EXPECT_EQ(LastLinkDown(hub).end->reason, Reason::kOperator);
  hub.JoinAsHub(Id('2'));
  ASSERT_TRUE(hub.Handle(StopSignaling{}).ok());
  EXPECT_EQ(LastLinkDown(hub).end->reason, Reason::kServerShutdown);
  EXPECT_EQ(LastLinkDown(hub).end->side, LinkEnd::Side::kThisHub);
}

TEST(PeersLeft, IsSaidOnceABurstIsOver) {
  HubFixture hub;
  std::vector<FakePeer> crowd;
  for (uint32_t i = 0; i < 30; ++i) crowd.push_back(hub.Connect(NumberedId(i)));
  for (FakePeer& peer : crowd) peer.Drop();
  hub.TakeEvents();
  hub.Advance(1s);
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("peers_left 30 within 0 ms, transport_lost 30"));
}

}  // namespace
}  // namespace pigeonhub
