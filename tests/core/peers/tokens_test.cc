// SPDX-License-Identifier: Apache-2.0
//
// What the token of a peer lets it do, and how long.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SharedClaims Grants(std::vector<std::string> namespaces) {
  TokenClaims claims;
  claims.subject = "user42";
  claims.namespaces = std::move(namespaces);
  return std::make_shared<const TokenClaims>(std::move(claims));
}

SharedClaims ExpiresAt(UnixMillis at) {
  TokenClaims claims;
  claims.namespaces = {"*"};
  claims.expires_at = at;
  return std::make_shared<const TokenClaims>(std::move(claims));
}

SharedClaims OfAHub(std::optional<PeerId> id) {
  TokenClaims claims;
  claims.hub = true;
  claims.peer = id;
  return std::make_shared<const TokenClaims>(std::move(claims));
}

HubOptions ClosesExpired() {
  HubOptions options;
  options.token_expiry = TokenExpiry::kClose;
  options.token_leeway = seconds(60);
  return options;
}

TEST(Tokens, LetPeersAnnounceWhereTheyGrantIt) {
  HubFixture hub;
  hub.BringClaims(Grants({"chat", "game:*"}));
  FakePeer a = hub.Join(Id('a'), "chat");
  a.Announce("game:7");
  EXPECT_THAT(a.Take(), IsEmpty());
  EXPECT_EQ(*hub.hub().FindPeer(Id('a'))->network, "game:7");
}

TEST(Tokens, KeepAPeerWhereItIsWhenItAnnouncesElsewhere) {
  HubFixture hub;
  hub.BringClaims(Grants({"chat"}));
  FakePeer a = hub.Join(Id('a'), "chat");
  FakePeer b = hub.Join(Id('b'), "chat");
  a.Announce("game:7");
  EXPECT_THAT(a.Take(), ElementsAre(HasSubstr("the token does not grant the network game:7")));
  EXPECT_THAT(b.Take(), IsEmpty());
  EXPECT_EQ(*hub.hub().FindPeer(Id('a'))->network, "chat");
  EXPECT_EQ(hub.counted(Reason::kNamespaceNotGranted), 1u);
  EXPECT_EQ(hub.hub().Stats().networks, 1u);
}

TEST(Tokens, TellOperatorsOfAnnouncesThatTheyDoNotGrant) {
  HubFixture hub;
  hub.BringClaims(Grants({}));
  FakePeer a = hub.Connect(Id('a'));
  hub.TakeEvents();
  a.Announce("chat");
  EXPECT_THAT(hub.TakeEvents(), Contains(HasSubstr("namespace_not_granted")));
}

TEST(Tokens, AreAskedForByNobodyWhereThereAreNone) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "chat");
  EXPECT_EQ(hub.counted(Reason::kNamespaceNotGranted), 0u);
  EXPECT_EQ(*hub.hub().FindPeer(Id('a'))->network, "chat");
}

TEST(Tokens, EndTheConnectionWithThemAfterTheLeeway) {
  HubFixture hub(ClosesExpired());
  hub.BringClaims(ExpiresAt(hub.clock().Read().unix_ms + 600'000));
  FakePeer a = hub.Join(Id('a'), "chat");
  hub.Advance(seconds(659));
  EXPECT_EQ(a.closed(), std::nullopt);
  hub.Advance(seconds(1));
  EXPECT_EQ(a.closed(), Reason::kTokenExpired);
  EXPECT_EQ(hub.hub().counters().ends_by(Reason::kTokenExpired).value(), 1u);
  EXPECT_EQ(hub.hub().counters().of(Reason::kTokenExpired).value(), 0u) << "nobody was refused";
}

TEST(Tokens, EndTheirConnectionsInTheOrderInWhichTheyExpire) {
  HubFixture hub(ClosesExpired());
  hub.BringClaims(ExpiresAt(hub.clock().Read().unix_ms + 3'600'000));
  FakePeer late = hub.Join(Id('a'), "chat");
  hub.BringClaims(ExpiresAt(hub.clock().Read().unix_ms + 100'000));
  FakePeer soon = hub.Join(Id('b'), "chat");
  hub.Advance(seconds(160));
  EXPECT_EQ(soon.closed(), Reason::kTokenExpired);
  EXPECT_EQ(late.closed(), std::nullopt);
  hub.Advance(hours(1));
  EXPECT_EQ(late.closed(), Reason::kTokenExpired);
}

TEST(Tokens, ThatExpireEndNothingUnlessAskedTo) {
  HubFixture hub;
  hub.BringClaims(ExpiresAt(hub.clock().Read().unix_ms + 1000));
  FakePeer a = hub.Join(Id('a'), "chat");
  hub.Advance(hours(2));
  EXPECT_EQ(a.closed(), std::nullopt);
}

TEST(Tokens, OfPeersThatLeftLeaveNoDeadlineBehind) {
  HubFixture hub(ClosesExpired());
  hub.BringClaims(ExpiresAt(hub.clock().Read().unix_ms + 3'600'000));
  FakePeer a = hub.Join(Id('a'), "chat");
  a.Drop();
  hub.Advance(seconds(600));
  EXPECT_EQ(hub.hub().NextDeadline(), std::nullopt);
}

TEST(Tokens, OfHubsAdmitThemWhereNobodyElseIs) {
  HubOptions options;
  options.hub_admission = HubAdmission::kDeny;
  HubFixture hub(options);
  hub.BringClaims(OfAHub(std::nullopt));
  FakePeer a = hub.JoinAsHub(Id('a'));
  EXPECT_TRUE(hub.IsPeerHub(Id('a')));
  hub.BringClaims(Grants({"*"}));
  hub.JoinAsHub(Id('b'));
  EXPECT_FALSE(hub.IsPeerHub(Id('b')));
}

TEST(Tokens, OfHubsKeepTheirIdsOnlyIfTheyNameThem) {
  HubFixture hub;
  hub.BringClaims(OfAHub(Id('a')));
  hub.JoinAsHub(Id('a')).Drop();
  hub.BringClaims(OfAHub(std::nullopt));
  hub.JoinAsHub(Id('b')).Drop();
  hub.BringClaims(nullptr);
  EXPECT_EQ(hub.Open(Id('a')).closed(), Reason::kHubIdReserved);
  EXPECT_EQ(hub.Open(Id('b')).closed(), std::nullopt);
}

SharedClaims SaysOfThePeer(TokenAttributes attributes) {
  TokenClaims claims;
  claims.namespaces = {"*"};
  claims.attributes = std::move(attributes);
  return std::make_shared<const TokenClaims>(std::move(claims));
}

TEST(Tokens, AreChosenByTheirAttributesToEndConnections) {
  HubFixture hub;
  hub.BringClaims(SaysOfThePeer({{"tier", "free"}, {"team", "red"}}));
  FakePeer a = hub.Join(Id('a'), "chat");
  FakePeer silent = hub.Connect(Id('b'));
  hub.BringClaims(SaysOfThePeer({{"tier", "pro"}}));
  FakePeer c = hub.Join(Id('c'), "chat");
  hub.BringClaims(nullptr);
  FakePeer d = hub.Join(Id('d'), "chat");
  const DisconnectPeers command{{{"tier", "free"}}};
  ASSERT_TRUE(hub.Handle(command).ok());
  EXPECT_EQ(a.closed(), Reason::kOperator);
  EXPECT_EQ(silent.closed(), Reason::kOperator);
  EXPECT_EQ(c.closed(), std::nullopt);
  EXPECT_EQ(d.closed(), std::nullopt);
  EXPECT_TRUE(hub.Handle(command).ok()) << "nobody is no error";
  EXPECT_EQ(hub.Handle(DisconnectPeers{}).code(), absl::StatusCode::kInvalidArgument);
}

TEST(Tokens, AreListedByTheirAttributes) {
  HubFixture hub;
  TokenClaims claims;
  claims.namespaces = {"*"};
  claims.attributes = {{"tier", "pro"}, {"team", "red"}};
  hub.BringClaims(std::make_shared<const TokenClaims>(claims));
  hub.Join(Id('a'), "chat");
  claims.attributes = {{"tier", "free"}, {"team", "red"}};
  hub.BringClaims(std::make_shared<const TokenClaims>(claims));
  hub.Join(Id('b'), "chat");
  hub.BringClaims(nullptr);
  hub.Join(Id('c'), "chat");
  const auto listed = [&](std::map<std::string, std::string> attributes) {
    std::string ids;
    const PeerFilter filter{.attributes = std::move(attributes)};
    for (const PeerRecord& peer : hub.hub().ListPeers(filter, 0, 100).peers) {
      ids += peer.peer.text()[0];
    }
    return ids;
  };
  EXPECT_EQ(listed({}), "abc");
  EXPECT_EQ(listed({{"team", "red"}}), "ab");
  EXPECT_EQ(listed({{"team", "red"}, {"tier", "pro"}}), "a");
  EXPECT_EQ(listed({{"tier", ""}}), "");
}

}  // namespace
}  // namespace pigeonhub
