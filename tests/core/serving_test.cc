// SPDX-License-Identifier: Apache-2.0
//
// Start, stop and what the clock does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
  EXPECT_TRUE(hub.IsPeerHub(Id('1')));
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
  EXPECT_FALSE(hub.IsPeerHub(Id('1')));
  hub.Join(Id('2'), "mine");
  EXPECT_TRUE(hub.IsPeerHub(Id('2')));
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
  ASSERT_EQ(event.peers.size(), 1u);
  EXPECT_EQ(event.peers[0].name, Id('a').text());
}

TEST(LimitHit, NamesTheNamespaceThatAPeerWantedToComeTo) {
  HubOptions options;
  options.limits.namespace_peers = 1;
  HubFixture hub(options);
  hub.Join(Id('a'), "full");
  FakePeer b = hub.Join(Id('b'), "room");
  b.Announce("full");
  const auto& event = std::get<LimitHit>(std::get<Emit>(hub.last_effects().front()).event.body);
  EXPECT_EQ(event.reason, Reason::kNamespaceFull);
  ASSERT_EQ(event.networks.size(), 1u);
  EXPECT_EQ(event.networks[0].name, "full");
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
