// SPDX-License-Identifier: Apache-2.0
//
// To whom this hub shows a hub token when it dials.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <variant>

#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using TokenFor = Dial::TokenFor;

class DialTokens : public ::testing::Test {
 protected:
  static HubOptions Options() {
    HubOptions options = HubServer(Id('5'));
    options.bootstrap_hubs = {"ws://one:3000"};
    options.hub_allow = {{Id('1')}};
    return options;
  }
  // The last thing that was dialed.
  std::optional<Dial> LastDial() const {
    std::optional<Dial> last;
    for (const Effect& effect : hub_.last_effects()) {
      if (const auto* dial = std::get_if<Dial>(&effect)) last = *dial;
    }
    return last;
  }

  HubFixture hub_{Options()};
};

TEST_F(DialTokens, AreMadeOutToTheAddressOfABootstrapHub) {
  const auto dial = LastDial();
  ASSERT_TRUE(dial.has_value());
  EXPECT_EQ(dial->token_for, TokenFor::kAddress);
  EXPECT_EQ(dial->within, AddressBlocks::All());
}

TEST_F(DialTokens, AreNotShownToABootstrapHubOfTheReference) {
  FakePeer reference = hub_.Link(DialTargetId(1));
  ASSERT_TRUE(hub_.Handle(DisconnectBootstrapHubs{}).ok());
  reference.Drop();
  ASSERT_TRUE(hub_.Handle(ConnectBootstrapHubs{}).ok());
  const auto dial = LastDial();
  ASSERT_TRUE(dial.has_value());
  EXPECT_EQ(dial->token_for, TokenFor::kNobody);
}

TEST_F(DialTokens, AreNotShownToWhomAnOperatorNames) {
  ASSERT_TRUE(hub_.Handle(ConnectHub{"ws://other:3000"}).ok());
  const auto dial = LastDial();
  ASSERT_TRUE(dial.has_value());
  EXPECT_EQ(dial->token_for, TokenFor::kNobody);
}

TEST_F(DialTokens, AreMadeOutToAHubThatIsVouchedFor) {
  FakePeer one = JoinAsMeshHub(hub_, Id('1'));
  one.Send(inbound::HubNews{{NodeOf('1', "57"), NodeOf('7', "1", "ws://seven:3000")}});
  const auto dial = LastDial();
  ASSERT_TRUE(dial.has_value());
  EXPECT_EQ(dial->url, "ws://seven:3000");
  EXPECT_EQ(dial->token_for, TokenFor::kHub);
  EXPECT_EQ(dial->hub, Id('7'));
  EXPECT_FALSE(dial->within.Contain(AddressBlock::kCloudMetadata));
}

}  // namespace
}  // namespace pigeonhub
