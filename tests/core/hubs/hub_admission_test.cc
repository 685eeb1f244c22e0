// SPDX-License-Identifier: Apache-2.0
//
// Which peers this hub admits as hubs by their token, and how many in a row without one.
#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

TEST(HubTokens, AdmitWhereTheyCountAndSayWhyNotWhereTheyDoNot) {
  HubOptions options;
  options.is_hub = true;
  options.hub_admission = HubAdmission::kToken;
  HubFixture hub(options);
  hub.Bring(HubCredential::kValid, Reason::kHubTokenMalformed);
  FakePeer good = hub.JoinAsHub(Id('1'));
  EXPECT_TRUE(hub.hub().IsPeerHub(Id('1')));
  hub.Bring(HubCredential::kInvalid, Reason::kHubTokenExpired);
  FakePeer late = hub.JoinAsHub(Id('2'));
  EXPECT_FALSE(hub.hub().IsPeerHub(Id('2')));
  EXPECT_EQ(hub.counted(Reason::kHubTokenExpired), 1u);
  hub.Bring(HubCredential::kNone, Reason::kHubTokenMalformed);
  FakePeer none = hub.JoinAsHub(Id('3'));
  EXPECT_FALSE(hub.hub().IsPeerHub(Id('3')));
  EXPECT_EQ(hub.counted(Reason::kHubNotAdmitted), 1u);
  EXPECT_EQ(late.closed(), std::nullopt) << "it stays an ordinary peer";
}

TEST(SelfDeclaredHubs, AreHeldToARate) {
  HubFixture hub({}, 1, false);
  ASSERT_TRUE(hub.Handle(StartSignaling{"192.0.2.9", 3000}).ok());
  for (uint32_t i = 1; i <= 6; ++i) hub.JoinAsHub(NumberedId(i));
  EXPECT_EQ(hub.hub().Stats().hubs, 5u);
  EXPECT_EQ(hub.counted(Reason::kHubRegistrationRate), 1u);
}

TEST(SelfDeclaredHubs, AreHeldToNoneWhereOnlyThisMachineReachesThisHub) {
  HubFixture hub({}, 1, false);
  ASSERT_TRUE(hub.Handle(StartSignaling{"127.0.0.1", 3000}).ok());
  for (uint32_t i = 1; i <= 6; ++i) hub.JoinAsHub(NumberedId(i));
  EXPECT_EQ(hub.hub().Stats().hubs, 6u);
}

}  // namespace
}  // namespace pigeonhub
