// SPDX-License-Identifier: Apache-2.0
//
// Links that are closed because the hub at the other end does not have the key that it should have.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "server/core/links/refused_links.h"
#include "server/core/mesh/node_seal.h"
#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"
#include "tests/support/fixed_keyring.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

PublicKey KeyOf(uint8_t keys) { return KeyringOf(keys)->signing_key(); }

// We are hub 5 with the keys 1; hub 1 has the keys 2, and hub 2 the keys 3.
class RefusedLink : public ::testing::Test {
 protected:
  static HubOptions Options() {
    HubOptions options = HubServer(Id('5'));
    options.auto_connect = false;
    options.hub_admission = HubAdmission::kToken;
    options.hub_allow = {{Id('1')}, {Id('9')}};
    return options;
  }
  explicit RefusedLink(HubOptions options = Options())
      : hub_(std::move(options), 1, true, kAtOnce, KeyringOf(1)) {}

  void Trust(std::map<PeerId, PublicKey> keys) {
    EXPECT_TRUE(hub_.Handle(TrustHubs{std::move(keys)}).ok());
  }
  void TrustOneAndTwo() { Trust({{Id('1'), KeyOf(2)}, {Id('2'), KeyOf(3)}}); }
  // As a hub of ours.
  FakePeer Link(char id) {
    FakePeer hub = hub_.Open(Id(id));
    hub.Send(inbound::Announce{kMesh, MeshHubProfile()});
    return hub;
  }
  // As one of the reference.
  FakePeer LinkAsReference(char id) {
    FakePeer hub = hub_.Open(Id(id));
    hub_.ForgetMessages();
    hub.Send(inbound::Announce{kMesh, ProfileOf("", true)});
    return hub;
  }
  static inbound::HubNews NewsOf(char id, uint8_t keys) {
    HubNode node = *NodeOf(id, "5");
    Sealer sealer(KeyringOf(keys));
    sealer.Begin(1000);
    sealer.Seal(node);
    return {{std::make_shared<const HubNode>(std::move(node))}};
  }
  static std::string AsText(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
  }

  HubFixture hub_;
};

TEST_F(RefusedLink, IsOneWhoseNewsHaveAnotherKeyThanItsToken) {
  hub_.BringKey(KeyOf(2));
  FakePeer hub = Link('1');
  hub.Send(NewsOf('1', 7));
  EXPECT_EQ(hub.closed(), Reason::kHubKeyRefused);
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 1u);
  FakePeer again = Link('1');
  again.Send(NewsOf('1', 2));
  EXPECT_EQ(again.closed(), std::nullopt);
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 2u);
}

TEST_F(RefusedLink, IsOneWhoseNewsHaveNoKeyThoughItsTokenHas) {
  hub_.BringKey(KeyOf(2));
  FakePeer hub = Link('1');
  hub.Send(inbound::HubNews{{NodeOf('1', "5")}});
  EXPECT_EQ(hub.closed(), Reason::kHubKeyRefused);
}

// ---- With a list of trusted hubs

TEST_F(RefusedLink, IsNoneOfAHubOnTheListWhichIsToldOfOthersOnceItHasProvedItsKey) {
  TrustOneAndTwo();
  hub_.BringKey(KeyOf(2));
  FakePeer hub = Link('1');
  EXPECT_THAT(AsText(hub.Take()), Not(HasSubstr("news")));
  hub.Send(NewsOf('1', 2));
  EXPECT_THAT(AsText(hub.Take()), HasSubstr("news"));
  hub_.Advance(60s);
  EXPECT_EQ(hub.closed(), std::nullopt);
}

TEST_F(RefusedLink, IsOneOfAHubThatIsNotOnTheList) {
  TrustOneAndTwo();
  FakePeer allowed = Link('9');
  EXPECT_EQ(allowed.closed(), Reason::kHubKeyRefused);
  FakePeer reference = LinkAsReference('9');
  EXPECT_EQ(reference.closed(), Reason::kHubKeyRefused);
  EXPECT_THAT(reference.Take(), IsEmpty());
  EXPECT_TRUE(hub_.hub().Links().empty());
}

TEST_F(RefusedLink, IsOneOfAHubThatSignsNothing) {
  TrustOneAndTwo();
  FakePeer peer = hub_.Join(Id('a'), "room");
  hub_.BringKey(KeyOf(2));
  FakePeer hub = LinkAsReference('1');
  EXPECT_EQ(hub.closed(), Reason::kHubUnsigned);
  EXPECT_THAT(hub.Take(), IsEmpty()) << "it hears of nobody";
}

TEST_F(RefusedLink, IsOneWithAnotherKeyThanTheListHas) {
  TrustOneAndTwo();
  FakePeer hub = Link('1');
  hub.Send(NewsOf('1', 7));
  EXPECT_EQ(hub.closed(), Reason::kHubKeyRefused);
  EXPECT_THAT(AsText(hub.Take()), Not(HasSubstr("news")));
}

TEST_F(RefusedLink, IsOneThatProvesNoKeyInTime) {
  TrustOneAndTwo();
  FakePeer hub = Link('1');
  hub_.Advance(RefusedLinks::kTimeToProve - 1ms);
  EXPECT_EQ(hub.closed(), std::nullopt);
  hub_.Advance(1ms);
  EXPECT_EQ(hub.closed(), Reason::kHubUnsigned);
}

TEST_F(RefusedLink, IsOneThatANewListDoesNotHave) {
  hub_.BringKey(KeyOf(2));
  FakePeer one = Link('1');
  one.Send(NewsOf('1', 2));
  hub_.BringKey(KeyOf(3));
  FakePeer two = Link('2');
  two.Send(NewsOf('2', 3));
  hub_.Bring(HubCredential::kNone, Reason::kHubTokenMalformed);
  FakePeer reference = LinkAsReference('9');
  Trust({{Id('1'), KeyOf(2)}});
  EXPECT_EQ(one.closed(), std::nullopt);
  EXPECT_EQ(two.closed(), Reason::kHubKeyRefused);
  EXPECT_EQ(reference.closed(), Reason::kHubUnsigned);
  EXPECT_EQ(hub_.hub().Topology().hubs.size(), 2u);
}

TEST_F(RefusedLink, IsNotWorthTheIdOfAHubOnTheList) {
  TrustOneAndTwo();
  hub_.BringKey(KeyOf(2));
  FakePeer real = Link('1');
  hub_.BringKey(KeyOf(7));
  FakePeer hostile = hub_.Open(Id('1'));
  EXPECT_EQ(hostile.closed(), Reason::kHubKeyRefused);
  FakePeer unlisted = hub_.Open(Id('8'));
  EXPECT_EQ(unlisted.closed(), Reason::kHubKeyRefused);
  EXPECT_EQ(hub_.inbox(real.connection()).probes, 0) << "nobody asks whether it lives";
}

class RefusedDial : public RefusedLink {
 protected:
  static HubOptions Dialing() {
    HubOptions options = Options();
    options.auto_connect = true;
    options.bootstrap_hubs = {"ws://one:3000"};
    return options;
  }
  RefusedDial() : RefusedLink(Dialing()) { TrustOneAndTwo(); }
  // A hub of ours answers there.
  FakePeer AnswerAs(char id) {
    FakePeer hub = hub_.Answer(DialTargetId(1));
    Profile profile = MeshHubProfile();
    auto details = std::make_shared<HubDetails>(*profile.hub);
    details->answers = Id('5');
    profile.hub = std::move(details);
    hub.Send(inbound::Connected{});
    hub.Send(inbound::PeerReport{kMesh, Id(id).text(), profile});
    return hub;
  }
  LinkRecord Record() const { return hub_.hub().Links().at(0); }
};

TEST_F(RefusedDial, IsOneThatLeadsToAReferenceHub) {
  FakePeer reference = hub_.Link(DialTargetId(1));
  EXPECT_EQ(reference.closed(), Reason::kHubUnsigned);
  EXPECT_EQ(Record().end.reason, Reason::kHubUnsigned);
  EXPECT_EQ(Record().state, LinkRecord::State::kNotAdmitted) << "what is wrong there lasts";
}

TEST_F(RefusedDial, IsOneThatLeadsToAHubThatIsNotOnTheList) {
  EXPECT_EQ(AnswerAs('8').closed(), Reason::kHubKeyRefused);
}

TEST_F(RefusedDial, IsNoneThatLeadsToAHubOnTheListWhichHearsOfUsAndThenOfOthers) {
  FakePeer hub = AnswerAs('1');
  EXPECT_THAT(AsText(hub.Take()), HasSubstr("news"));
  EXPECT_EQ(hub.closed(), std::nullopt);
  hub_.BringKey(KeyOf(3));
  FakePeer two = Link('2');
  two.Send(NewsOf('2', 3));
  EXPECT_THAT(AsText(hub.Take()), Not(HasSubstr("news"))) << "it has not proved its key";
  hub.Send(NewsOf('1', 2));
  EXPECT_THAT(AsText(hub.Take()), HasSubstr("news"));
  EXPECT_EQ(hub.closed(), std::nullopt);
}

// ---- Where all hubs have to sign

class UnsignedLink : public RefusedLink {
 protected:
  static HubOptions Strict() {
    HubOptions options = Options();
    options.hub_unsigned = HubUnsigned::kRefuse;
    return options;
  }
  UnsignedLink() : RefusedLink(Strict()) {}
};

TEST_F(UnsignedLink, IsNoneOfTheReferenceIfItsHubHasTheKeyOfTheMesh) {
  hub_.BringKey(KeyOf(2));
  EXPECT_EQ(LinkAsReference('1').closed(), Reason::kHubUnsigned);
}

TEST_F(UnsignedLink, IsOneOfTheReferenceIfItsHubIsAllowed) {
  EXPECT_EQ(LinkAsReference('1').closed(), std::nullopt);
}

}  // namespace
}  // namespace pigeonhub
