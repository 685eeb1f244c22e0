// SPDX-License-Identifier: Apache-2.0
//
// An operator changes limits while the hub runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>

#include "server/core/peers/policies.h"
#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr size_t kRoomForAll = 100;

class LimitChange : public ::testing::Test {
 protected:
  void Set(const RunningLimits& limits) { ASSERT_TRUE(hub_.Handle(SetLimits{limits}).ok()); }

  HubFixture hub_{HubServer()};
};

TEST_F(LimitChange, LetsMoreConnectionsInAtOnce) {
  Set({.max_connections = 1});
  FakePeer a = hub_.Connect(Id('a'));
  EXPECT_EQ(hub_.hub().Stats().turning_away, Reason::kMaximumConnections);
  EXPECT_EQ(hub_.Open(Id('b')).closed(), Reason::kMaximumConnections);
  Set({.max_connections = 5});
  EXPECT_EQ(hub_.hub().Stats().max_connections, 5u);
  EXPECT_EQ(hub_.hub().Stats().turning_away, Reason::kCount);
  EXPECT_EQ(hub_.Open(Id('b')).closed(), std::nullopt);
}

TEST_F(LimitChange, EndsNobodyWhoIsConnected) {
  FakePeer a = hub_.Connect(Id('a'));
  FakePeer b = hub_.Connect(Id('b'));
  Set({.max_connections = 1});
  EXPECT_EQ(a.closed(), std::nullopt);
  EXPECT_EQ(b.closed(), std::nullopt);
  EXPECT_EQ(hub_.Open(Id('c')).closed(), Reason::kMaximumConnections);
}

TEST_F(LimitChange, HoldsForPeersThatAreThere) {
  FakePeer a = hub_.Join(Id('a'), "room");
  Set({.max_connections = kRoomForAll, .message_rate = Rate{.amount = 1, .burst = 2}});
  for (int i = 0; i < 3; ++i) a.Send(inbound::Ping{});
  EXPECT_TRUE(a.paused());
  Set({.max_connections = kRoomForAll, .message_rate = Rate{}});
  EXPECT_FALSE(a.paused()) << "it is not over a rate any more";
  for (int i = 0; i < 100; ++i) a.Send(inbound::Ping{});
  EXPECT_FALSE(a.paused());
}

TEST_F(LimitChange, OfTheFanoutRateForgivesWhatIsOwed) {
  Set({.max_connections = kRoomForAll, .fanout_rate = Rate{.amount = 1, .per = 1h, .burst = 1}});
  FakePeer a = hub_.Join(Id('a'), "room");
  FakePeer b = hub_.Join(Id('b'), "room");
  b.Announce("room", R"("n":1)");
  EXPECT_TRUE(b.paused());
  Set({.max_connections = kRoomForAll, .fanout_rate = Rate{.amount = 1 << 20, .burst = 1 << 20}});
  EXPECT_FALSE(b.paused()) << "at the old pace it would be for hours";
}

TEST_F(LimitChange, HoldsForNamespacesOfWhichNoPolicySaysOtherwise) {
  Set({.max_connections = kRoomForAll, .discovery_limit = 7});
  EXPECT_EQ(hub_.hub().policies().InForce("room").policy.discovery_limit, 7u);
  ASSERT_TRUE(hub_.Handle(SetNamespacePolicy{{"room", {.discovery_limit = 9}}, false}).ok());
  Set({.max_connections = kRoomForAll, .discovery_limit = 8});
  EXPECT_EQ(hub_.hub().policies().InForce("room").policy.discovery_limit, 9u);
  EXPECT_EQ(hub_.hub().policies().InForce("hall").policy.discovery_limit, 8u);
}

TEST_F(LimitChange, HoldsForThoseWhoDeclareThemselvesHubs) {
  Set({.max_connections = kRoomForAll,
       .hub_registration_rate = Rate{.amount = 1, .per = 1h, .burst = 1}});
  hub_.JoinAsHub(Id('1'));
  hub_.JoinAsHub(Id('2'));
  EXPECT_EQ(hub_.hub().Stats().hubs, 1u);
  Set({.max_connections = kRoomForAll, .hub_registration_rate = Rate{}});
  hub_.JoinAsHub(Id('3'));
  EXPECT_EQ(hub_.hub().Stats().hubs, 2u);
}

TEST_F(LimitChange, ToNoConnectionAtAllIsRefused) {
  EXPECT_EQ(hub_.Handle(SetLimits{{.max_connections = 0}}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(hub_.hub().Stats().max_connections, HubOptions().limits.max_connections);
}

}  // namespace
}  // namespace pigeonhub
