// SPDX-License-Identifier: Apache-2.0
//
// Addresses that an operator may not have dialed.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/core/links/dial_targets.h"
#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

ConnectHub To(size_t number) { return {"ws://hub" + std::to_string(number) + ".example:3000"}; }

HubOptions Alone() {
  HubOptions options = HubServer();
  options.auto_connect = false;
  return options;
}

TEST(DialLimits, AHubDialsOnlySoManyAddresses) {
  HubFixture hub(Alone());
  for (size_t i = 0; i < DialTargets::kMost; ++i) ASSERT_TRUE(hub.Handle(To(i)).ok());
  const size_t full = hub.hub().Links().size();
  EXPECT_EQ(hub.Handle(To(DialTargets::kMost)),
            absl::ResourceExhaustedError(
                "this hub dials 256 addresses already; disconnect one of them first"));
  EXPECT_EQ(hub.hub().Links().size(), full);

  EXPECT_TRUE(hub.Handle(To(0)).ok()) << "that one is dialed already";
  ASSERT_TRUE(hub.Handle(DisconnectUrl{To(0).url}).ok());
  EXPECT_TRUE(hub.Handle(To(DialTargets::kMost)).ok()) << "there is room again";
}

TEST(DialLimits, SoDoBootstrapHubs) {
  HubFixture hub(Alone());
  std::vector<std::string> urls;
  for (size_t i = 0; i < DialTargets::kMost; ++i) urls.push_back(To(i).url);
  EXPECT_TRUE(hub.Handle(SetBootstrapHubs{urls}).ok());
  urls.push_back(To(urls.size()).url);
  EXPECT_EQ(hub.Handle(SetBootstrapHubs{urls}),
            absl::InvalidArgumentError("257 bootstrap hubs are more than 256"));
  EXPECT_EQ(hub.hub().Links().size(), DialTargets::kMost);
}

}  // namespace
}  // namespace pigeonhub
