// SPDX-License-Identifier: Apache-2.0
//
// Hubs that have a port of their own for other hubs.

#include <gtest/gtest.h>

#include "server/core/identity.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

HubOptions OpenToHubs() {
  HubOptions options;
  options.is_hub = true;
  options.hub_admission = HubAdmission::kOpen;
  return options;
}

TEST(HubEntrance, HubsComeInAtThePortOfTheHubs) {
  HubFixture hub(OpenToHubs());
  hub.ComeBy(Entrance::kHubs);
  hub.JoinAsHub(Id('1'));
  EXPECT_TRUE(hub.IsPeerHub(Id('1')));
}

TEST(HubEntrance, NobodyBecomesAHubAtThePortOfThePeersWhateverHeBrings) {
  HubOptions options = OpenToHubs();
  options.hub_allow = {{Id('2')}};
  HubFixture hub(options);
  hub.ComeBy(Entrance::kPeers);
  hub.Bring(HubCredential::kValid, Reason::kHubTokenMalformed);
  FakePeer with_token = hub.JoinAsHub(Id('1'));
  hub.Bring(HubCredential::kNone, Reason::kHubTokenMalformed);
  FakePeer allowed = hub.JoinAsHub(Id('2'));
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('3'), {}}).ok());
  FakePeer granted = hub.Connect(Id('3'));
  FakePeer granted_later = hub.Connect(Id('4'));
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('4'), {}}).ok());
  EXPECT_EQ(hub.hub().Stats().hubs, 0u);
  EXPECT_EQ(hub.counted(Reason::kHubNotAdmitted), 2u);
  EXPECT_EQ(with_token.closed(), std::nullopt) << "it stays an ordinary peer";
}

TEST(HubEntrance, IsWhereTokensAreMadeOutTo) {
  HubFixture hub(OpenToHubs(), 1, false);
  ASSERT_TRUE(hub.Handle(StartSignaling{"::", 3000, {}, {"192.0.2.5"}, HostPort{"::", 3001}}).ok());
  EXPECT_TRUE(hub.hub().identity().IsAddressee("192.0.2.5:3001"));
  EXPECT_FALSE(hub.hub().identity().IsAddressee("192.0.2.5:3000"));
}

TEST(HubEntrance, NobodyElseStaysAtThePortOfTheHubs) {
  HubFixture hub(OpenToHubs());
  FakePeer member = hub.Join(Id('1'), "net");
  hub.ComeBy(Entrance::kHubs);
  FakePeer stranger = hub.Connect(Id('2'));
  stranger.Announce("net");
  ASSERT_TRUE(stranger.closed().has_value());
  EXPECT_EQ(*stranger.closed(), Reason::kHubNotAdmitted);
  EXPECT_TRUE(stranger.Take().empty()) << "it heard of nobody";
  EXPECT_TRUE(member.Take().empty()) << "and nobody of it";
}

TEST(HubEntrance, AnUnregisteredHubDoesNotStayAtThePortOfTheHubs) {
  HubFixture hub(OpenToHubs());
  hub.ComeBy(Entrance::kHubs);
  FakePeer linked = hub.JoinAsHub(Id('1'));
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('2'), {}}).ok());
  FakePeer granted = hub.Connect(Id('2'));
  for (FakePeer* one : {&linked, &granted}) EXPECT_EQ(one->closed(), std::nullopt);
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('1')}).ok());
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('2')}).ok());
  for (FakePeer* one : {&linked, &granted}) EXPECT_EQ(one->closed(), Reason::kHubNotAdmitted);
  EXPECT_EQ(hub.hub().Stats().hubs, 0u);
  EXPECT_EQ(hub.hub().Stats().connections, 0u);
}

}  // namespace
}  // namespace pigeonhub
