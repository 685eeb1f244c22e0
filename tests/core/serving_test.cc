// SPDX-License-Identifier: Apache-2.0
//
// Start, stop, drain and what the clock does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/core/identity.h"
#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Serving, StartsOnceAndSaysWhere) {
  HubFixture hub({}, 1, /*start=*/false);
  EXPECT_EQ(hub.hub().Stats().serving, Serving::kStopped);
  EXPECT_TRUE(hub.Start().ok());
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("started localhost port 3000"));
  EXPECT_EQ(hub.hub().Stats().serving, Serving::kServing);
  EXPECT_EQ(hub.Start().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(hub.TakeEvents(), IsEmpty());
}

TEST(Serving, RefusesHandshakesThatFinishWhileItDoesNot) {
  HubFixture hub({}, 1, /*start=*/false);
  EXPECT_EQ(hub.Open(Id('a')).closed(), Reason::kServerShutdown);
  ASSERT_TRUE(hub.Start().ok());
  FakePeer b = hub.Connect(Id('b'));
  ASSERT_TRUE(hub.Handle(Drain{10s}).ok());
  EXPECT_EQ(hub.Open(Id('c')).closed(), Reason::kDraining);
  EXPECT_EQ(hub.counted(Reason::kServerShutdown), 1u);
  EXPECT_EQ(hub.counted(Reason::kDraining), 1u);
}

TEST(Stop, ClosesEverybodyWithoutTellingAnybodyWhoLeft) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  one.Report(Id('f'), "room");
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer silent = hub.Connect(Id('c'));
  FakePeer waiting = hub.Open(Id('a'));
  hub.ForgetMessages();
  hub.TakeEvents();

  ASSERT_TRUE(hub.Handle(StopSignaling{}).ok());
  for (FakePeer* peer : {&one, &a, &b, &silent, &waiting}) {
    EXPECT_EQ(peer->closed(), Reason::kServerShutdown);
    EXPECT_THAT(peer->Take(), IsEmpty());
  }
  EXPECT_EQ(hub.counted(Reason::kServerShutdown), 5u);
  EXPECT_THAT(
      hub.TakeEvents(),
      ElementsAre("hub_unregistered 1, 0 in all", "link_down 1, 1 peers withdrawn",
                  "namespace_removed pigeonhub-mesh",
                  "peer_disconnected 1 server_shutdown 1000, 3 in all",
                  "peer_disconnected a server_shutdown 1000, 2 in all", "namespace_removed room",
                  "peer_disconnected b server_shutdown 1000, 1 in all",
                  "peer_disconnected c server_shutdown 1000, 0 in all",
                  "peer_refused a from 192.0.2.1 server_shutdown times 1", "stopped"));
  const HubStats stats = hub.hub().Stats();
  EXPECT_EQ(stats.connections + stats.hubs + stats.networks + stats.remote_peers, 0u);
  EXPECT_EQ(hub.hub().NextDeadline(), std::nullopt);

  // The sockets' ends arrive afterwards.
  for (FakePeer* peer : {&one, &a, &b, &silent, &waiting}) {
    peer->Drop();
    EXPECT_THAT(hub.last_effects(), IsEmpty());
  }
  EXPECT_EQ(hub.Handle(StopSignaling{}).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Stop, LeavesAHubThatStartsAgainAsNew) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  one.Report(Id('f'), "room");
  FakePeer a = hub.Join(Id('a'), "room", R"("old":1)");
  ASSERT_TRUE(hub.Handle(StopSignaling{}).ok());
  ASSERT_TRUE(hub.Start().ok());
  a.Announce("room");  // a late frame of the old connection
  FakePeer new_a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("room");
  EXPECT_THAT(b.Take(), ElementsAre("discovered a in room"));
  EXPECT_EQ(hub.hub().Stats().connections, 2u);
  EXPECT_EQ(hub.hub().Stats().hubs, 0u);
}

TEST(Stop, KeepsTheGrantsOfHubs) {
  HubOptions options;
  options.hub_admission = HubAdmission::kDeny;
  HubFixture hub(options);
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  ASSERT_TRUE(hub.Handle(StopSignaling{}).ok());
  ASSERT_TRUE(hub.Start().ok());
  hub.Connect(Id('1'));
  EXPECT_TRUE(hub.hub().IsPeerHub(Id('1')));
}

// ---- Drain

TEST(Drain, SpreadsTheClosesEvenlyOldestFirst) {
  HubFixture hub;
  std::vector<FakePeer> peers;
  for (uint32_t i = 0; i < 4; ++i) peers.push_back(hub.Join(NumberedId(9 - i), "room"));
  ASSERT_TRUE(hub.Handle(Drain{8s}).ok());
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("drain_started over 8000 ms, 4 in all"));
  const auto closed = [&] {
    return std::count_if(peers.begin(), peers.end(),
                         [](const FakePeer& peer) { return peer.closed().has_value(); });
  };
  hub.Advance(1999ms);
  EXPECT_EQ(closed(), 0);
  hub.Advance(1ms);
  EXPECT_EQ(peers[0].closed(), Reason::kDraining);
  EXPECT_EQ(closed(), 1);
  hub.Advance(2s);
  EXPECT_EQ(closed(), 2);
  hub.Advance(4s);
  EXPECT_EQ(closed(), 4);
  EXPECT_THAT(hub.TakeEvents(), Contains("drain_finished"));
}

TEST(Drain, ClosesLinksLastSoThatTheOthersAreToldAndReached) {
  HubOptions options;
  options.is_hub = true;
  HubFixture hub(options);
  FakePeer link = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer second_link = hub.JoinAsHub(Id('2'));
  FakePeer b = hub.Join(Id('b'), "room");
  hub.ForgetMessages();
  ASSERT_TRUE(hub.Handle(Drain{4s}).ok());
  hub.Advance(1s);
  EXPECT_EQ(a.closed(), Reason::kDraining);
  hub.Advance(1s);
  EXPECT_EQ(b.closed(), Reason::kDraining);
  EXPECT_EQ(link.closed(), std::nullopt);
  EXPECT_THAT(link.Take(), ElementsAre("disconnected a in room: draining (link)",
                                       "disconnected b in room: draining (link)"));
  hub.Advance(1s);
  EXPECT_EQ(link.closed(), Reason::kDraining);
  EXPECT_EQ(second_link.closed(), std::nullopt);
  hub.Advance(1s);
  EXPECT_EQ(second_link.closed(), Reason::kDraining);
}

TEST(Drain, TellsThoseWhoAreStillThereAndNeverAsAGoodbye) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  hub.ForgetMessages();
  ASSERT_TRUE(hub.Handle(Drain{2s}).ok());
  hub.Advance(1s);
  EXPECT_THAT(b.Take(), ElementsAre("disconnected a in room: draining"));
}

TEST(Drain, IsDoneAsSoonAsNobodyIsLeft) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  ASSERT_TRUE(hub.Handle(Drain{30s}).ok());
  a.Drop();
  hub.TakeEvents();
  b.Drop();
  EXPECT_THAT(hub.TakeEvents(), Contains("drain_finished"));
  EXPECT_EQ(hub.hub().Stats().serving, Serving::kDraining);
  hub.Advance(60s);
  EXPECT_THAT(hub.TakeEvents(), IsEmpty()) << "it finishes once";
  EXPECT_EQ(hub.hub().NextDeadline(), std::nullopt);
}

TEST(Drain, OfNobodyIsDoneAtOnce) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(Drain{30s}).ok());
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("drain_started over 30000 ms, 0 in all", "drain_finished"));
}

TEST(Drain, WithoutTimeClosesEverybodyAtOnce) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  ASSERT_TRUE(hub.Handle(Drain{}).ok());
  EXPECT_EQ(a.closed(), Reason::kDraining);
  EXPECT_EQ(b.closed(), Reason::kDraining);
  EXPECT_THAT(hub.TakeEvents(), Contains("drain_finished"));
}

TEST(Drain, CanBeHurriedByASecondOne) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  ASSERT_TRUE(hub.Handle(Drain{30s}).ok());
  hub.TakeEvents();
  ASSERT_TRUE(hub.Handle(Drain{}).ok());
  EXPECT_EQ(a.closed(), Reason::kDraining);
  EXPECT_THAT(hub.TakeEvents(), Contains("drain_finished"));
}

TEST(Drain, IsNotMadeLongerByASecondOne) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  ASSERT_TRUE(hub.Handle(Drain{2s}).ok());
  hub.Advance(1s);
  EXPECT_TRUE(a.closed().has_value());
  ASSERT_TRUE(hub.Handle(Drain{1h}).ok());
  hub.Advance(1s);
  EXPECT_EQ(b.closed(), Reason::kDraining);
}

TEST(Drain, EndsAtOnceWithStop) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  ASSERT_TRUE(hub.Handle(Drain{30s}).ok());
  ASSERT_TRUE(hub.Handle(StopSignaling{}).ok());
  EXPECT_EQ(a.closed(), Reason::kServerShutdown);
  EXPECT_EQ(hub.hub().NextDeadline(), std::nullopt);
  ASSERT_TRUE(hub.Start().ok());
  EXPECT_EQ(hub.Open(Id('b')).closed(), std::nullopt);
}

TEST(Drain, KeepsServingThoseWhoAreStillThere) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  hub.ForgetMessages();
  ASSERT_TRUE(hub.Handle(Drain{30s}).ok());
  b.Offer(a.id(), "room", "1");
  EXPECT_THAT(a.Take(), ElementsAre("offer b to a in room 1"));
}

TEST(Drain, ReleasesAPeerThatWaitsForAContestedId) {
  HubFixture hub;
  FakePeer holder = hub.Join(Id('a'), "room");
  FakePeer waiting = hub.Open(Id('a'));
  ASSERT_TRUE(hub.Handle(Drain{}).ok());
  EXPECT_EQ(waiting.closed(), Reason::kDraining);
  EXPECT_EQ(hub.counted(Reason::kDraining), 2u);
}

TEST(Undrain, LetsThoseStayWhoAreStillThereAndNewOnesIn) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  EXPECT_EQ(hub.Handle(Undrain{}).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(hub.Handle(Drain{2s}).ok());
  hub.Advance(1s);
  ASSERT_TRUE(hub.Handle(Undrain{}).ok());
  hub.Advance(60s);
  EXPECT_EQ(a.closed(), Reason::kDraining);
  EXPECT_EQ(b.closed(), std::nullopt);
  EXPECT_EQ(hub.Open(Id('c')).closed(), std::nullopt);
  ASSERT_TRUE(hub.Handle(Drain{}).ok());
  EXPECT_EQ(b.closed(), Reason::kDraining);
}

TEST(Drain, NeedsAServingHub) {
  HubFixture hub({}, 1, /*start=*/false);
  EXPECT_EQ(hub.Handle(Drain{1s}).code(), absl::StatusCode::kFailedPrecondition);
}

TEST(Drain, OfManyOverALongTimeKeepsItsPace) {
  HubFixture hub;
  for (uint32_t i = 0; i < 1000; ++i) hub.Open(NumberedId(i)).Announce("room " + std::to_string(i));
  ASSERT_TRUE(hub.Handle(Drain{Duration(std::chrono::hours(24 * 365))}).ok());
  hub.Advance(std::chrono::hours(24 * 365) / 2);
  EXPECT_EQ(hub.hub().Stats().connections, 500u);
}

// ---- The hub mesh namespace

TEST(HubMeshNamespace, ChangesOnlyWhileStopped) {
  HubFixture hub;
  EXPECT_EQ(hub.Handle(SetHubMeshNamespace{"mine"}).code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_TRUE(hub.Handle(StopSignaling{}).ok());
  ASSERT_TRUE(hub.Handle(SetHubMeshNamespace{"  mine\n"}).ok());
  EXPECT_EQ(hub.hub().identity().mesh_namespace(), "mine");
  EXPECT_EQ(hub.hub().Stats().hub_mesh_namespace, "mine");
  ASSERT_TRUE(hub.Start().ok());
  hub.Join(Id('1'), kMesh);
  EXPECT_FALSE(hub.hub().IsPeerHub(Id('1')));
  hub.Join(Id('2'), "mine");
  EXPECT_TRUE(hub.hub().IsPeerHub(Id('2')));
}

TEST(HubMeshNamespace, IsHeldToTheRulesOfAName) {
  HubFixture hub({}, 1, /*start=*/false);
  for (const std::string& name :
       {std::string(), std::string("  "), std::string("a\x01z"), std::string(1025, 'x')}) {
    EXPECT_EQ(hub.Handle(SetHubMeshNamespace{name}).code(), absl::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(hub.hub().identity().mesh_namespace(), kMesh);
}

// ---- Limits in the events

TEST(LimitHit, IsSaidAtMostOnceASecondForEachReason) {
  HubOptions options;
  options.limits.max_connections = 1;
  options.limits.announce_data = 1;
  HubFixture hub(options);
  FakePeer a = hub.Connect(Id('a'));
  hub.TakeEvents();
  for (int i = 0; i < 10; ++i) hub.Open(Id('b'));
  a.Announce("room", "12");
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("limit_hit maximum_connections times 1",
                          "peer_refused b from 192.0.2.1 maximum_connections times 1",
                          "limit_hit announce_too_large times 1"));
  hub.Advance(999ms);
  hub.Open(Id('b'));
  EXPECT_THAT(hub.TakeEvents(), IsEmpty());
  hub.Advance(1ms);
  hub.Open(Id('b'));
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("limit_hit maximum_connections times 11"));
  EXPECT_EQ(hub.counted(Reason::kMaximumConnections), 12u);
}

TEST(LimitHit, IsSaidWhenABurstEndsAndNotWithTheNextOne) {
  HubOptions options;
  options.limits.max_connections = 1;
  HubFixture hub(options);
  hub.Join(Id('a'), "room");
  for (int i = 0; i < 20; ++i) hub.Open(Id('b'));
  hub.TakeEvents();
  hub.Advance(1s);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("limit_hit maximum_connections times 19, ended with 20"));
  hub.Advance(9s);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("peer_refused b from 192.0.2.1 maximum_connections times 19"));
  EXPECT_EQ(hub.hub().NextDeadline(), std::nullopt);
}

TEST(LimitHit, SaysWhereItCameFrom) {
  HubOptions options;
  options.limits.announce_data = 1;
  HubFixture hub(options);
  FakePeer a = hub.Join(Id('a'), "room");
  a.Announce("room", "12");
  const auto& event = std::get<LimitHit>(std::get<Emit>(hub.last_effects().front()).event.body);
  ASSERT_EQ(event.addresses.size(), 1u);
  EXPECT_EQ(event.addresses[0].name, "192.0.2.1");
  ASSERT_EQ(event.networks.size(), 1u);
  EXPECT_EQ(event.networks[0].name, "room");
}

// ---- Turning everybody away

TEST(TurningAway, LastsFromTheLastPlaceUntilThereIsSomeRoom) {
  HubOptions options;
  options.limits.max_connections = 40;
  HubFixture hub(options);
  EXPECT_EQ(hub.hub().Stats().turning_away, Reason::kCount);
  std::vector<FakePeer> peers;
  for (uint32_t i = 0; i < 39; ++i) peers.push_back(hub.Connect(NumberedId(i)));
  EXPECT_EQ(hub.hub().Stats().turning_away, Reason::kCount);
  peers.push_back(hub.Connect(NumberedId(39)));
  EXPECT_EQ(hub.hub().Stats().turning_away, Reason::kMaximumConnections);
  peers[0].Drop();
  EXPECT_EQ(hub.hub().Stats().turning_away, Reason::kMaximumConnections) << "it would flap";
  peers[1].Drop();
  EXPECT_EQ(hub.hub().Stats().turning_away, Reason::kCount);
  EXPECT_EQ(hub.hub().counters().turning_away.value(), static_cast<uint64_t>(Reason::kCount));
}

TEST(TurningAway, IsSaidOfAShortageOfMemory) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(MemoryShortage{true}).ok());
  EXPECT_EQ(hub.hub().Stats().turning_away, Reason::kMemoryLimit);
  ASSERT_TRUE(hub.Handle(MemoryShortage{false}).ok());
  EXPECT_EQ(hub.hub().Stats().turning_away, Reason::kCount);
}

// ---- Giving memory back

TEST(CleanUp, ComesOnceAfterADepartureAndThenLeavesTheClockAlone) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  hub.Advance(60s);
  EXPECT_EQ(hub.hub().NextDeadline(), std::nullopt);
  a.Drop();
  EXPECT_EQ(hub.hub().NextDeadline(), hub.clock().Read().steady + 30s);
  hub.Advance(30s);
  EXPECT_EQ(hub.hub().NextDeadline(), std::nullopt);
  b.Ping();
  EXPECT_THAT(b.Take(), Contains("pong b"));
}

TEST(CleanUp, KeepsEverybodyWhoIsStillThereFindable) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  std::vector<FakePeer> crowd;
  for (uint32_t i = 0; i < 200; ++i) {
    crowd.push_back(hub.Join(NumberedId(i), "room " + std::to_string(i / 2)));
    one.Report(NumberedId(1000 + i), "far " + std::to_string(i));
  }
  for (uint32_t i = 0; i < 190; ++i) {
    crowd[i].Drop();
    one.Withdraw(NumberedId(1000 + i), "far " + std::to_string(i));
  }
  hub.Advance(31s);
  hub.ForgetMessages();
  for (uint32_t i = 190; i < 200; i += 2) {
    crowd[i].Offer(crowd[i + 1].id(), "room " + std::to_string(i / 2), "1");
    EXPECT_EQ(crowd[i + 1].Take().size(), 1u);
  }
  EXPECT_EQ(hub.hub().Stats().networks, 6u);
  EXPECT_EQ(hub.hub().Stats().remote_peers, 10u);
}

}  // namespace
}  // namespace pigeonhub
