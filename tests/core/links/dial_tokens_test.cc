// SPDX-License-Identifier: Apache-2.0
//
// To whom this hub shows a hub token when it dials.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "server/core/mesh/node_seal.h"
#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"
#include "tests/support/fixed_keyring.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using TokenFor = Dial::TokenFor;

class DialTokens : public ::testing::Test {
 protected:
  static HubOptions Options() {
    HubOptions options = HubServer(Id('5'));
    options.bootstrap_hubs = {"ws://one:3000"};
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

// Hub 1 links to this one, and tells of itself and of hub 7.
class DialTokensOfHearsay : public ::testing::Test {
 protected:
  explicit DialTokensOfHearsay(HubAdmission admission = HubAdmission::kToken)
      : hub_(Options(admission), 1, true, kAtOnce, KeyringOf(1)) {}
  static HubOptions Options(HubAdmission admission) {
    HubOptions options = HubServer(Id('5'));
    options.auto_connect = false;
    options.hub_admission = admission;
    options.hub_allow = {{Id('1')}};
    return options;
  }
  static PublicKey KeyOf(uint8_t keys) { return KeyringOf(keys)->signing_key(); }
  // The word of a hub with these keys on who its neighbors are, one of them with the key of the
  // mesh.
  static SharedNode Says(char id, uint8_t keys, std::string_view neighbors, char holder,
                         uint8_t keys_of_holder, std::string_view url = {}) {
    HubNode node = *NodeOf(id, neighbors, url);
    for (HubNode::Neighbor& neighbor : node.neighbors) {
      if (neighbor.hub == Id(holder)) neighbor.key = PrefixOf(KeyOf(keys_of_holder));
    }
    Sealer sealer(KeyringOf(keys));
    sealer.Begin(1000);
    sealer.Seal(node);
    return std::make_shared<const HubNode>(std::move(node));
  }
  std::optional<Dial> Hear(const std::vector<SharedNode>& nodes) {
    FakePeer one = JoinAsMeshHub(hub_, Id('1'));
    one.Send(inbound::HubNews{nodes});
    std::optional<Dial> last;
    for (const Effect& effect : hub_.last_effects()) {
      if (const auto* dial = std::get_if<Dial>(&effect)) last = *dial;
    }
    return last;
  }
  // Hub 1 vouches for 7, and says that it has the key of the mesh.
  std::vector<SharedNode> NewsOfSeven() {
    return {Says('1', 2, "57", '7', 3), Says('7', 3, "1", '1', 2, "ws://seven:3000")};
  }

  HubFixture hub_;
};

TEST_F(DialTokensOfHearsay, AreMadeOutToAHubThatHasTheKeyAsOneSaysThatHasIt) {
  hub_.BringKey(KeyOf(2));
  const auto dial = Hear(NewsOfSeven());
  ASSERT_TRUE(dial.has_value());
  EXPECT_EQ(dial->url, "ws://seven:3000");
  EXPECT_EQ(dial->token_for, TokenFor::kHub);
  EXPECT_EQ(dial->hub, Id('7'));
  EXPECT_FALSE(dial->within.Contain(AddressBlock::kCloudMetadata));
}

TEST_F(DialTokensOfHearsay, AreNotMadeWhereAHubSaysSoThatWasAdmittedWithoutAToken) {
  EXPECT_EQ(Hear(NewsOfSeven()), std::nullopt);
}

TEST_F(DialTokensOfHearsay, AreNotMadeForAnotherProcessThanTheOneThatIsVouchedFor) {
  hub_.BringKey(KeyOf(2));
  EXPECT_EQ(Hear({Says('1', 2, "57", '7', 3), Says('7', 4, "1", '1', 2, "ws://other:3000")}),
            std::nullopt);
}

TEST_F(DialTokensOfHearsay, AreNotMadeWhereAHubIsVouchedForThatDoesNotHaveTheKey) {
  hub_.BringKey(KeyOf(2));
  EXPECT_EQ(Hear({Says('1', 2, "57", '5', 1), Says('7', 3, "1", '1', 2, "ws://seven:3000")}),
            std::nullopt);
}

class DialsOfAHubThatTakesNoTokens : public DialTokensOfHearsay {
 protected:
  DialsOfAHubThatTakesNoTokens() : DialTokensOfHearsay(HubAdmission::kDeny) {}
};

TEST_F(DialsOfAHubThatTakesNoTokens, GoToWhomItIsToldOfButWithoutAToken) {
  const auto dial = Hear(NewsOfSeven());
  ASSERT_TRUE(dial.has_value());
  EXPECT_EQ(dial->token_for, TokenFor::kNobody);
}

}  // namespace
}  // namespace pigeonhub
