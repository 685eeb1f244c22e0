// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/hub_registry.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

constexpr size_t kMaxHubs = 2;
constexpr size_t kMaxEntry = 10;

TEST(HubRegistry, AdmitsAnyoneWhileOpenAndWithinItsQuotas) {
  HubRegistry registry(HubAdmission::kOpen, kMaxHubs, kMaxEntry);
  EXPECT_EQ(registry.Refusal(Id('a'), ProfileOf("0123456789")), std::nullopt);
  EXPECT_EQ(registry.Refusal(Id('a'), ProfileOf("01234567890")), Reason::kHubEntryTooLarge);
  registry.Register(Id('a'));
  registry.Register(Id('b'));
  EXPECT_EQ(registry.Refusal(Id('c'), {}), Reason::kHubRegistryFull);
  EXPECT_EQ(registry.Refusal(Id('a'), {}), std::nullopt) << "it is in already";
  EXPECT_TRUE(registry.Unregister(Id('a')));
  EXPECT_EQ(registry.Refusal(Id('c'), {}), std::nullopt);
}

TEST(HubRegistry, AdmitsOnlyWhomSomebodyTrustsWhileItDenies) {
  HubRegistry registry(HubAdmission::kDeny, kMaxHubs, kMaxEntry);
  EXPECT_EQ(registry.Refusal(Id('a'), {}, HubCredential::kListed), std::nullopt);
  EXPECT_EQ(registry.Refusal(Id('a'), {}, HubCredential::kValid), std::nullopt);
  EXPECT_EQ(registry.Refusal(Id('a'), {}, HubCredential::kInvalid), Reason::kHubNotAdmitted);
  EXPECT_EQ(registry.Refusal(Id('b'), {}), Reason::kHubNotAdmitted);
  registry.Grant(Id('b'), {}, 0);
  EXPECT_EQ(registry.Refusal(Id('b'), {}), std::nullopt);
  registry.Revoke(Id('b'));
  EXPECT_EQ(registry.Refusal(Id('b'), {}), Reason::kHubNotAdmitted);
}

TEST(HubRegistry, HoldsTrustedHubsToNoQuota) {
  HubRegistry registry(HubAdmission::kOpen, kMaxHubs, kMaxEntry);
  registry.Register(Id('a'));
  registry.Register(Id('b'));
  registry.Grant(Id('d'), {}, 0);
  EXPECT_EQ(registry.Refusal(Id('c'), ProfileOf(std::string(100, 'x')), HubCredential::kListed),
            std::nullopt);
  EXPECT_EQ(registry.Refusal(Id('d'), ProfileOf(std::string(100, 'x'))), std::nullopt);
}

TEST(HubRegistry, ListsHubsInOrderOfRegistration) {
  HubRegistry registry(HubAdmission::kOpen, 10, kMaxEntry);
  for (char digit : {'c', 'a', 'b', 'a'}) registry.Register(Id(digit));
  ASSERT_EQ(registry.records().size(), 3u);
  EXPECT_EQ(registry.records()[0].peer, Id('c'));
  EXPECT_EQ(registry.records()[1].peer, Id('a'));
  EXPECT_EQ(registry.records()[2].peer, Id('b'));
  EXPECT_FALSE(registry.Unregister(Id('d')));
  EXPECT_EQ(registry.Find(Id('d')), nullptr);
}

}  // namespace
}  // namespace pigeonhub
