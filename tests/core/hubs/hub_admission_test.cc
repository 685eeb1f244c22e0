// SPDX-License-Identifier: Apache-2.0
//
// Which peers this hub admits as hubs by their token, and how many in a row without one.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

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
  EXPECT_TRUE(hub.IsPeerHub(Id('1')));
  hub.Bring(HubCredential::kInvalid, Reason::kHubTokenExpired);
  FakePeer late = hub.JoinAsHub(Id('2'));
  EXPECT_FALSE(hub.IsPeerHub(Id('2')));
  EXPECT_EQ(hub.counted(Reason::kHubTokenExpired), 1u);
  hub.Bring(HubCredential::kNone, Reason::kHubTokenMalformed);
  FakePeer none = hub.JoinAsHub(Id('3'));
  EXPECT_FALSE(hub.IsPeerHub(Id('3')));
  EXPECT_EQ(hub.counted(Reason::kHubNotAdmitted), 1u);
  EXPECT_EQ(late.closed(), std::nullopt) << "it stays an ordinary peer";
}

TEST(SelfDeclaredHubs, AreHeldToARate) {
  HubOptions options;
  options.hub_registration_rate = kDefaultHubRegistrationRate;
  HubFixture hub(options);
  for (uint32_t i = 1; i <= 6; ++i) hub.JoinAsHub(NumberedId(i));
  EXPECT_EQ(hub.hub().Stats().hubs, 5u);
  EXPECT_EQ(hub.counted(Reason::kHubRegistrationRate), 1u);
}

// How many of six hubs at once are taken that come from one address, or from one for each.
size_t HubsTaken(const std::function<std::string(uint32_t)>& address) {
  Hub hub(HubOptions(), 1);
  const Now now{SteadyTime(std::chrono::seconds(100)), 100'000};
  Effects effects;
  (void)hub.Handle(now, StartSignaling{"0.0.0.0", 3000}, effects);
  for (uint32_t i = 1; i <= 6; ++i) {
    const std::string from = address(i);
    (void)hub.Handle(now, Opened{ConnectionId(0, i), NumberedId(i).text(), from}, effects);
    (void)hub.Handle(
        now, Received{ConnectionId(0, i), inbound::Announce{"pigeonhub-mesh", ProfileOf("", true)}},
        effects);
  }
  return hub.Stats().hubs;
}

TEST(SelfDeclaredHubs, AreFiveOfAnAddressAtOnceByDefault) {
  EXPECT_EQ(HubsTaken([](uint32_t) { return "192.0.2.1"; }), 5u);
  EXPECT_EQ(HubsTaken([](uint32_t i) { return "192.0.2." + std::to_string(i); }), 6u);
}

TEST(SelfDeclaredHubs, OfOneIpv6NetworkHaveOneAddress) {
  EXPECT_EQ(HubsTaken([](uint32_t i) { return "2001:db8::" + std::to_string(i); }), 5u);
  EXPECT_EQ(HubsTaken([](uint32_t i) { return "2001:db8:0:" + std::to_string(i) + "::1"; }), 6u);
}

TEST(SelfDeclaredHubs, AreHeldToNoneAtLoopbackByDefault) {
  EXPECT_EQ(HubsTaken([](uint32_t) { return "127.0.0.1"; }), 6u);
}

}  // namespace
}  // namespace pigeonhub
