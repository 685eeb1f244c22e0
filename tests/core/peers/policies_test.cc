// SPDX-License-Identifier: Apache-2.0
//
// Policies: which one holds, and what it does to those who come.
#include "server/core/peers/policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/core/command.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

HubOptions With(std::vector<NamedPolicy> policies) {
  HubOptions options;
  options.namespaces = std::move(policies);
  return options;
}

SharedClaims ClaimsOf(std::string issuer, std::string subject = "user") {
  auto claims = std::make_shared<TokenClaims>();
  claims->issuer = std::move(issuer);
  claims->subject = std::move(subject);
  claims->namespaces = {"*"};
  return claims;
}

// Where a key comes from: "file chat", "call game:*", "default".
std::string From(const PolicyInForce& in_force, PolicyKey key) {
  const PolicyInForce::From& from = in_force.of(key);
  switch (from.source) {
    case PolicySource::kDefault:
      return "default";
    case PolicySource::kConfiguration:
      return "file " + from.name;
    case PolicySource::kCall:
      break;
  }
  return "call " + from.name;
}

TEST(Policies, LetTheMostExactOneThatHasAKeyDecideIt) {
  HubFixture hub(With({{"*", {.max_peers = 100, .announce_data = 1000}},
                       {"game:*", {.max_peers = 10}},
                       {"game:chess*", {.max_peers = 4}},
                       {"game:chess", {.discovery_limit = 2}}}));
  const std::pair<std::string, size_t> kCases[] = {
      {"chat", 100},  {"game", 100},     {"game:", 10},      {"game:go", 10},
      {"Game:", 100}, {"game:chess", 4}, {"game:chess2", 4}, {"game:*", 10},
  };
  for (const auto& [name, most] : kCases) {
    EXPECT_EQ(hub.hub().policies().InForce(name).policy.max_peers, most) << name;
    EXPECT_EQ(hub.hub().policies().InForce(name).policy.announce_data, 1000u) << name;
  }
  const PolicyInForce chess = hub.hub().policies().InForce("game:chess");
  EXPECT_EQ(From(chess, PolicyKey::kMaxPeers), "file game:chess*");
  EXPECT_EQ(From(chess, PolicyKey::kAnnounceData), "file *");
  EXPECT_EQ(From(chess, PolicyKey::kDiscoveryLimit), "file game:chess");
  EXPECT_EQ(From(chess, PolicyKey::kDuplicate), "default");
  EXPECT_EQ(chess.policy.duplicate, OnDuplicate::kProbe);
  EXPECT_EQ(chess.policy.who, WhoMayEnter::kAnyone);
}

TEST(Policies, OfACallWinOverTheConfigurationsOfTheSameNameOnly) {
  HubFixture hub(With({{"chat", {.max_peers = 10, .announce_data = 500}}}));
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"chat", {.max_peers = 5}}}).ok());
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"ch*", {.announce_data = 100}}}).ok());
  const PolicyInForce chat = hub.hub().policies().InForce("chat");
  EXPECT_EQ(chat.policy.max_peers, 5u);
  EXPECT_EQ(From(chat, PolicyKey::kMaxPeers), "call chat");
  EXPECT_EQ(chat.policy.announce_data, 500u);
  EXPECT_EQ(From(chat, PolicyKey::kAnnounceData), "file chat");

  ASSERT_TRUE(hub.Handle(UnsetNamespacePolicy{"chat"}).ok());
  EXPECT_EQ(hub.hub().policies().InForce("chat").policy.max_peers, 10u);
  EXPECT_EQ(hub.Handle(UnsetNamespacePolicy{"chat"}).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(hub.Handle(UnsetNamespacePolicy{"other"}).code(), absl::StatusCode::kNotFound);
}

TEST(Policies, OfACallKeepTheKeysOfEarlierCalls) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"chat", {.who = WhoMayEnter::kToken}}}).ok());
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"chat", {.max_peers = 5}}}).ok());
  const PolicyInForce chat = hub.hub().policies().InForce("chat");
  EXPECT_EQ(chat.policy.who, WhoMayEnter::kToken);
  EXPECT_EQ(chat.policy.max_peers, 5u);
}

TEST(Policies, OfTheConfigurationAreReplacedAndThoseOfCallsStay) {
  HubFixture hub(With({{"a", {.max_peers = 1}}, {"b", {.max_peers = 2}}}));
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"b", {.max_peers = 3}}}).ok());
  ASSERT_TRUE(hub.Handle(ConfigureNamespaces{{{"c", {.max_peers = 4}}}}).ok());
  std::vector<std::string> names;
  for (const PolicyRecord& record : hub.hub().policies().List()) names.push_back(record.name);
  EXPECT_THAT(names, ElementsAre("b", "c"));
  EXPECT_EQ(hub.hub().policies().InForce("a").policy.max_peers, Limits().namespace_peers);
  EXPECT_EQ(hub.hub().policies().InForce("b").policy.max_peers, 3u);
  EXPECT_EQ(hub.hub().policies().InForce("c").policy.max_peers, 4u);
}

TEST(Policies, SayHowMuchAMemberMaySend) {
  HubOptions options = With({{"*", {.message_rate = Rate{.amount = 10, .burst = 20}}},
                             {"chat", {.announce_rate = Rate{}}}});
  options.message_rate = Rate{.amount = 5, .burst = 5};
  options.announce_rate = Rate{.amount = 3, .burst = 3};
  HubFixture hub(options);
  const PolicyInForce chat = hub.hub().policies().InForce("chat");
  EXPECT_EQ(chat.policy.message_rate, (Rate{.amount = 10, .burst = 20}));
  EXPECT_EQ(chat.policy.announce_rate, Rate{});
  EXPECT_EQ(From(chat, PolicyKey::kMessageRate), "file *");
  EXPECT_EQ(From(chat, PolicyKey::kAnnounceRate), "file chat");
  const PolicyInForce room = hub.hub().policies().InForce("room");
  EXPECT_EQ(room.policy.announce_rate, options.announce_rate) << "the hub's own";
  EXPECT_EQ(From(room, PolicyKey::kAnnounceRate), "default");
  const PolicyInForce hubs = hub.hub().policies().InForce("pigeonhub-mesh");
  EXPECT_EQ(hubs.policy.message_rate, options.message_rate) << "no policy holds there";
}

TEST(Policies, AreCounted) {
  HubFixture hub(With({{"a", {.max_peers = 1}}, {"b", {.max_peers = 2}}}));
  const auto count = [&] { return hub.hub().counters().policies.value(); };
  EXPECT_EQ(count(), 2u);
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"b", {.max_peers = 3}}}).ok());
  EXPECT_EQ(count(), 3u);
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"b", {.announce_data = 3}}}).ok());
  EXPECT_EQ(count(), 3u) << "one more key of the same";
  ASSERT_TRUE(hub.Handle(ConfigureNamespaces{}).ok());
  EXPECT_EQ(count(), 1u);
  ASSERT_TRUE(hub.Handle(UnsetNamespacePolicy{"b"}).ok());
  EXPECT_EQ(count(), 0u);
}

TEST(Policies, AreRefusedInOneLineThatSaysWhatIsWrong) {
  const std::tuple<NamedPolicy, std::string> kCases[] = {
      {{"", {.max_peers = 1}}, "names no namespace"},
      {{"a\nb", {.max_peers = 1}}, "names no namespace"},
      {{std::string(1025, 'a'), {.max_peers = 1}}, "names no namespace"},
      {{"a*b", {.max_peers = 1}}, "a * that is not at its end"},
      {{"a**", {.max_peers = 1}}, "a * that is not at its end"},
      {{"a", {.max_peers = 0}}, "max-peers: 0 is out of range; give a number from 1 to 100000"},
      {{"a", {.announce_data = 16385}}, "announce-data: 16385 is out of range"},
      {{"a", {.discovery_limit = 1'000'001}}, "discovery-limit: 1000001 is out of range"},
      {{"a", {.issuers = std::vector<std::string>(17, "i")}}, "issuers: give at most 16"},
      {{"a", {.issuers = std::vector<std::string>{""}}}, "issuers: give at most 16"},
      {{"a", {.message_rate = Rate{.amount = 1, .burst = 0}}}, "message-rate: is out of range"},
      {{"a", {.announce_rate = Rate{.amount = 1, .per = std::chrono::hours(25), .burst = 1}}},
       "announce-rate: is out of range"},
      {{"pigeonhub-mesh", {.max_peers = 1}}, "is where hubs meet"},
  };
  for (const auto& [policy, words] : kCases) {
    HubFixture hub;
    const absl::Status status = hub.Handle(SetNamespacePolicy{policy});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << words;
    EXPECT_THAT(std::string(status.message()), HasSubstr(words));
    EXPECT_EQ(status.message().find('\n'), absl::string_view::npos);
    EXPECT_THAT(hub.hub().policies().List(), IsEmpty());
    const absl::Status configured = hub.Handle(ConfigureNamespaces{{policy}});
    EXPECT_EQ(configured.code(), absl::StatusCode::kInvalidArgument) << words;
    EXPECT_THAT(std::string(configured.message()), HasSubstr(words));
  }
}

TEST(Policies, AreBoundedInNumberAndBytes) {
  HubFixture hub;
  for (size_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"n" + std::to_string(i), {.max_peers = 1}}}).ok());
  }
  EXPECT_EQ(hub.Handle(SetNamespacePolicy{{"more", {.max_peers = 1}}}).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(hub.Handle(SetNamespacePolicy{{"n7", {.max_peers = 2}}}).ok());
  EXPECT_EQ(hub.Handle(ConfigureNamespaces{{{"more", {.max_peers = 1}}}}).code(),
            absl::StatusCode::kResourceExhausted);

  HubFixture other;
  const std::vector<std::string> issuers(16, std::string(1024, 'i'));
  absl::Status status;
  size_t set = 0;
  while (status.ok() && set < 1000) {
    status = other.Handle(SetNamespacePolicy{{std::to_string(set++), {.issuers = issuers}}});
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  // An issuer needs a little more than its text.
  EXPECT_NEAR(static_cast<double>(set), 63, 1);
}

TEST(NamespacePolicy, LetsOnlyPeersWithATokenIn) {
  HubFixture hub(With({{"chat", {.who = WhoMayEnter::kToken}}}));
  FakePeer a = hub.Join(Id('a'), "room");
  hub.TakeEvents();
  a.Announce("chat");
  EXPECT_THAT(a.Take(),
              ElementsAre(HasSubstr("Announce refused: the network chat takes only peers with a "
                                    "token")));
  EXPECT_EQ(hub.counted(Reason::kNamespaceNeedsToken), 1u);
  EXPECT_THAT(hub.TakeEvents(), ElementsAre(HasSubstr("namespace_needs_token")));
  EXPECT_EQ(*hub.hub().FindPeer(Id('a'))->network, "room");

  hub.BringClaims(ClaimsOf("https://a"));
  FakePeer b = hub.Join(Id('b'), "chat");
  EXPECT_EQ(*hub.hub().FindPeer(Id('b'))->network, "chat");
}

TEST(NamespacePolicy, TakesTokensOfItsIssuersOnlyAndThenAsksForOne) {
  HubFixture hub(With({{"game:*", {.issuers = std::vector<std::string>{"https://game"}}},
                       {"game:lobby", {.who = WhoMayEnter::kAnyone}}}));
  hub.BringClaims(ClaimsOf("https://chat"));
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("game:1");
  EXPECT_THAT(a.Take(), ElementsAre(HasSubstr("takes no token of this issuer")));
  a.Announce("game:lobby");
  EXPECT_EQ(hub.counted(Reason::kNamespaceWrongIssuer), 2u);
  a.Announce("chat");

  hub.BringClaims(nullptr);
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("game:1");
  EXPECT_EQ(hub.counted(Reason::kNamespaceNeedsToken), 1u);
  b.Announce("game:lobby");
  EXPECT_EQ(*hub.hub().FindPeer(Id('b'))->network, "game:lobby");

  hub.BringClaims(ClaimsOf("https://game"));
  FakePeer c = hub.Join(Id('c'), "game:1");
  EXPECT_EQ(*hub.hub().FindPeer(Id('c'))->network, "game:1");
  EXPECT_EQ(From(hub.hub().policies().InForce("game:1"), PolicyKey::kWho), "file game:*");
}

TEST(NamespacePolicy, OfAWiderPatternDoesNotOpenWhatIssuersClosed) {
  HubFixture hub(With({{"*", {.who = WhoMayEnter::kAnyone}},
                       {"game:*", {.issuers = std::vector<std::string>{"https://game"}}},
                       {"game:open*", {.issuers = std::vector<std::string>()}}}));
  hub.BringClaims(nullptr);
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("game:1");
  EXPECT_EQ(hub.counted(Reason::kNamespaceNeedsToken), 1u);
  EXPECT_EQ(From(hub.hub().policies().InForce("game:1"), PolicyKey::kWho), "file game:*");
  a.Announce("game:open");
  EXPECT_EQ(*hub.hub().FindPeer(Id('a'))->network, "game:open")
      << "no issuers, so they ask nothing";
}

TEST(NamespacePolicy, BoundsMembersAndAnnounces) {
  HubFixture hub(With({{"small", {.max_peers = 2, .announce_data = 50}}}));
  hub.Join(Id('a'), "small");
  FakePeer b = hub.Join(Id('b'), "small");
  FakePeer c = hub.Connect(Id('c'));
  c.Announce("small");
  EXPECT_THAT(c.Take(), ElementsAre(HasSubstr("already has 2 peers")));
  EXPECT_EQ(hub.counted(Reason::kNamespaceFull), 1u);
  b.Announce("small", std::string(51, '1'));
  EXPECT_THAT(b.Take(), ElementsAre(HasSubstr("larger than 50 bytes")));
  c.Announce("large", std::string(51, '1'));
  EXPECT_EQ(hub.counted(Reason::kAnnounceTooLarge), 1u);
}

TEST(NamespacePolicy, OfOneNamespaceLetsNewcomersThereMeetFew) {
  HubFixture hub(With({{"few", {.discovery_limit = 3}}, {"all*", {.discovery_limit = 0}}}));
  for (uint32_t i = 0; i < 20; ++i) {
    hub.Join(NumberedId(i), "few");
    hub.Join(NumberedId(100 + i), "all of them");
  }
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("few");
  EXPECT_EQ(a.Take().size(), 3u);
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("all of them");
  EXPECT_EQ(b.Take().size(), 20u);
}

TEST(NamespacePolicy, OfDuplicatesIsThatOfTheHoldersNamespace) {
  HubFixture hub(With({{"reject", {.duplicate = OnDuplicate::kReject}},
                       {"replace", {.duplicate = OnDuplicate::kReplace}}}));
  FakePeer probed = hub.Join(Id('a'), "probe");
  FakePeer kept = hub.Join(Id('b'), "reject");
  FakePeer replaced = hub.Join(Id('c'), "replace");
  EXPECT_TRUE(hub.Open(Id('a')).paused());
  EXPECT_EQ(hub.Open(Id('b')).closed(), Reason::kPeerAlreadyConnected);
  EXPECT_EQ(kept.closed(), std::nullopt);
  FakePeer again = hub.Connect(Id('c'));
  EXPECT_EQ(replaced.closed(), Reason::kReplaced);
  again.Announce("probe");
  EXPECT_EQ(*hub.hub().FindPeer(Id('c'))->network, "probe");
}

TEST(NamespacePolicy, LetsNobodyReplaceAnotherUser) {
  HubFixture hub(With({{"*", {.duplicate = OnDuplicate::kReplace}}}));
  hub.BringClaims(ClaimsOf("https://a", "ann"));
  FakePeer ann = hub.Join(Id('a'), "room");
  hub.BringClaims(ClaimsOf("https://a", "bob"));
  FakePeer bob = hub.Open(Id('a'));
  EXPECT_TRUE(bob.paused());
  EXPECT_EQ(ann.closed(), std::nullopt);
  bob.Drop();
  hub.BringClaims(nullptr);
  FakePeer nobody = hub.Open(Id('a'));
  EXPECT_TRUE(nobody.paused());
  // Whoever waits for the member goes with it.
  hub.BringClaims(ClaimsOf("https://a", "ann"));
  FakePeer again = hub.Connect(Id('a'));
  EXPECT_EQ(ann.closed(), Reason::kReplaced);
  EXPECT_EQ(nobody.closed(), Reason::kPeerAlreadyConnected);
  EXPECT_EQ(again.closed(), std::nullopt);
}

TEST(NamespacePolicy, TakesTokensThatNameNobodyForThoseOfTwoUsers) {
  HubFixture hub(With({{"*", {.duplicate = OnDuplicate::kReplace}}}));
  hub.BringClaims(ClaimsOf("https://a", ""));
  FakePeer holder = hub.Join(Id('a'), "room");
  EXPECT_TRUE(hub.Open(Id('a')).paused());
  EXPECT_EQ(holder.closed(), std::nullopt);
}

TEST(NamespacePolicy, DoesNotHoldWhereHubsMeet) {
  HubOptions options = With({{"*", {.who = WhoMayEnter::kToken, .max_peers = 1}}});
  options.is_hub = true;
  options.hub_admission = HubAdmission::kOpen;
  HubFixture hub(options);
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer two = hub.JoinAsHub(Id('2'));
  EXPECT_EQ(hub.hub().Stats().hubs, 2u);
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"*", {.max_peers = 1}}, /*evict=*/true}).ok());
  EXPECT_EQ(hub.hub().Stats().hubs, 2u);
}

TEST(NamespacePolicy, WhenItBecomesStricterHoldsForNewcomers) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  ASSERT_TRUE(
      hub.Handle(SetNamespacePolicy{{"room", {.who = WhoMayEnter::kToken, .max_peers = 1}}}).ok());
  EXPECT_EQ(a.closed(), std::nullopt);
  b.Announce("room", R"("n":1)");
  EXPECT_THAT(a.Take(), ElementsAre(R"(discovered b in room {"n":1})"));
  FakePeer c = hub.Connect(Id('c'));
  c.Announce("room");
  EXPECT_EQ(hub.counted(Reason::kNamespaceNeedsToken), 1u);
}

}  // namespace
}  // namespace pigeonhub
