// SPDX-License-Identifier: Apache-2.0
//
// A drain closes all connections, or some, evenly over a time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

// ---- Drain of some

SharedClaims OfTier(const char* tier) {
  TokenClaims claims;
  claims.namespaces = {"*"};
  claims.attributes = {{"tier", tier}};
  return std::make_shared<const TokenClaims>(std::move(claims));
}

FakePeer JoinWithTier(HubFixture& hub, const PeerId& id, const char* tier) {
  hub.BringClaims(OfTier(tier));
  return hub.Join(id, "room");
}

const Drain kDrainOfFree{.over = 4s, .attributes = {{"tier", "free"}}};

TEST(DrainOfSome, ClosesThemEvenlyAndNobodyElse) {
  HubFixture hub;
  FakePeer pro = JoinWithTier(hub, Id('a'), "pro");
  FakePeer one = JoinWithTier(hub, Id('b'), "free");
  FakePeer two = JoinWithTier(hub, Id('c'), "free");
  hub.BringClaims(nullptr);
  FakePeer without = hub.Join(Id('d'), "room");
  hub.TakeEvents();
  ASSERT_TRUE(hub.Handle(kDrainOfFree).ok());
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("drain_started over 4000 ms, 2 in all, tier=free"));
  EXPECT_EQ(hub.hub().Stats().drained.left, 2u);
  hub.Advance(2s);
  EXPECT_EQ(one.closed(), Reason::kDraining);
  EXPECT_EQ(two.closed(), std::nullopt);
  hub.Advance(2s);
  EXPECT_EQ(two.closed(), Reason::kDraining);
  EXPECT_THAT(hub.TakeEvents(), Contains("drain_finished, tier=free"));
  hub.Advance(60s);
  EXPECT_EQ(pro.closed(), std::nullopt);
  EXPECT_EQ(without.closed(), std::nullopt);
  EXPECT_EQ(hub.hub().Stats().serving, Serving::kServing);
}

TEST(DrainOfSome, TurnsTheirLikeAwayUntilItIsEnded) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(kDrainOfFree).ok());
  hub.BringClaims(OfTier("free"));
  EXPECT_EQ(hub.Open(Id('a')).closed(), Reason::kDraining);
  hub.BringClaims(OfTier("pro"));
  EXPECT_EQ(hub.Open(Id('b')).closed(), std::nullopt);
  hub.BringClaims(nullptr);
  EXPECT_EQ(hub.Open(Id('c')).closed(), std::nullopt);
  ASSERT_TRUE(hub.Handle(Undrain{}).ok());
  hub.BringClaims(OfTier("free"));
  EXPECT_EQ(hub.Open(Id('a')).closed(), std::nullopt);
  EXPECT_EQ(hub.Handle(Undrain{}).code(), absl::StatusCode::kNotFound);
}

TEST(DrainOfSome, TurnsAwayWhoeverWaitedForAnIdWhenItBegan) {
  HubFixture hub;
  FakePeer holder = JoinWithTier(hub, Id('a'), "pro");
  hub.BringClaims(OfTier("free"));
  FakePeer newcomer = hub.Open(Id('a'));
  ASSERT_EQ(newcomer.closed(), std::nullopt);
  ASSERT_TRUE(hub.Handle(kDrainOfFree).ok());
  holder.Drop();
  EXPECT_EQ(newcomer.closed(), Reason::kDraining);
}

TEST(DrainOfSome, IsDoneWhenTheyHaveLeftByThemselves) {
  HubFixture hub;
  FakePeer a = JoinWithTier(hub, Id('a'), "free");
  FakePeer b = JoinWithTier(hub, Id('b'), "free");
  ASSERT_TRUE(hub.Handle(kDrainOfFree).ok());
  b.Drop();
  hub.TakeEvents();
  a.Drop();
  EXPECT_THAT(hub.TakeEvents(), Contains("drain_finished, tier=free"));
  EXPECT_EQ(hub.hub().Stats().drained.left, 0u);
}

TEST(DrainOfSome, IsOneAtATimeAndGivesWayToADrainOfAll) {
  HubFixture hub;
  FakePeer free = JoinWithTier(hub, Id('a'), "free");
  FakePeer pro = JoinWithTier(hub, Id('b'), "pro");
  ASSERT_TRUE(hub.Handle(kDrainOfFree).ok());
  EXPECT_TRUE(hub.Handle(kDrainOfFree).ok()) << "the same again";
  EXPECT_EQ(hub.Handle(Drain{1s, {{"tier", "pro"}}}).code(), absl::StatusCode::kAlreadyExists);
  ASSERT_TRUE(hub.Handle(Drain{8s}).ok());
  EXPECT_EQ(hub.Handle(kDrainOfFree).code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(hub.hub().Stats().serving, Serving::kDraining);
  hub.Advance(4s);
  EXPECT_EQ(free.closed(), Reason::kDraining);
  hub.Advance(4s);
  EXPECT_EQ(pro.closed(), Reason::kDraining);
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

}  // namespace
}  // namespace pigeonhub
