// SPDX-License-Identifier: Apache-2.0
//
// A policy that is applied to those inside: who has to leave, and that nobody else does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "server/core/command.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;

constexpr const char* kNames[] = {"a", "a:1", "a:2", "b", "b:1"};
constexpr const char* kPolicyNames[] = {"a", "a:1", "b", "b:1", "*", "a*", "a:*", "b:*"};
constexpr const char* kIssuers[] = {"https://one", "https://two"};

class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}
  size_t Below(size_t limit) {
    return std::uniform_int_distribution<size_t>(0, limit - 1)(random_);
  }
  bool Coin() { return Below(2) == 0; }
  template <typename T, size_t n>
  T Pick(T (&of)[n]) {
    return of[Below(n)];
  }

 private:
  std::mt19937 random_;
};

SharedClaims SomeClaims(Dice& dice) {
  if (dice.Coin()) return nullptr;
  auto claims = std::make_shared<TokenClaims>();
  claims->issuer = dice.Pick(kIssuers);
  claims->namespaces = {"*"};
  return claims;
}

NamedPolicy SomePolicy(Dice& dice) {
  NamedPolicy named{dice.Pick(kPolicyNames), {}};
  NamespacePolicy& policy = named.policy;
  if (dice.Coin()) policy.who = dice.Coin() ? WhoMayEnter::kToken : WhoMayEnter::kAnyone;
  if (dice.Coin()) policy.issuers.emplace();
  if (policy.issuers && dice.Coin()) policy.issuers->push_back(dice.Pick(kIssuers));
  if (dice.Coin()) policy.max_peers = 1 + dice.Below(4);
  return named;
}

// Who is connected, and where.
std::map<std::string, std::string> Population(const HubFixture& hub) {
  std::map<std::string, std::string> population;
  for (const PeerRecord& peer : hub.hub().ListPeers({}, 0, 1000).peers) {
    population[std::string(peer.peer.text())] = peer.network == nullptr ? "" : *peer.network;
  }
  return population;
}

TEST(Eviction, OfAnyPolicyClosesExactlyWhomItWasSaidToClose) {
  size_t evicted_in_all = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Dice dice(seed);
    HubFixture hub;
    std::vector<FakePeer> peers;
    for (uint32_t i = 0; i < 24; ++i) {
      hub.BringClaims(SomeClaims(dice));
      peers.push_back(hub.Connect(NumberedId(i)));
      if (dice.Below(8) != 0) peers.back().Announce(dice.Pick(kNames));
      // Some moved since they connected.
      if (dice.Coin()) peers[dice.Below(peers.size())].Announce(dice.Pick(kNames));
    }
    for (size_t round = 0; round < 4; ++round) {
      if (dice.Coin()) {
        ASSERT_TRUE(hub.Handle(SetNamespacePolicy{SomePolicy(dice)}).ok());
        continue;
      }
      const SetNamespacePolicy command{SomePolicy(dice), /*evict=*/true};
      ASSERT_TRUE(hub.hub().Check(command).ok());
      const std::vector<EvictedPeer> said = hub.hub().WouldEvict(command);
      std::map<std::string, std::string> expected = Population(hub);
      for (const EvictedPeer& each : said) {
        const auto found = expected.find(std::string(each.peer.text()));
        ASSERT_NE(found, expected.end());
        EXPECT_EQ(found->second, each.network);
        expected.erase(found);
      }
      const uint64_t before = hub.counted(Reason::kEvicted);
      ASSERT_TRUE(hub.Handle(command).ok());
      EXPECT_EQ(Population(hub), expected);
      EXPECT_EQ(hub.counted(Reason::kEvicted) - before, said.size());
      for (const EvictedPeer& each : said) {
        const auto peer = std::find_if(peers.begin(), peers.end(),
                                       [&](const FakePeer& one) { return one.id() == each.peer; });
        EXPECT_EQ(peer->closed(), Reason::kEvicted);
      }
      evicted_in_all += said.size();
      // Nobody is left whom the policy does not admit.
      EXPECT_TRUE(hub.hub().WouldEvict(command).empty());
    }
  }
  EXPECT_GT(evicted_in_all, 500u);
}

TEST(Eviction, TakesThoseThatTheRulesNameAndThenTheNewest) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  auto claims = std::make_shared<TokenClaims>();
  claims->issuer = "https://one";
  claims->namespaces = {"*"};
  hub.BringClaims(claims);
  FakePeer b = hub.Join(Id('b'), "other");
  FakePeer c = hub.Join(Id('c'), "room");
  FakePeer d = hub.Join(Id('d'), "room");
  // It is the newest in the room, although it connected before others.
  b.Announce("room");
  auto other = std::make_shared<TokenClaims>();
  other->issuer = "https://two";
  other->namespaces = {"*"};
  hub.BringClaims(other);
  FakePeer e = hub.Join(Id('e'), "room");

  const SetNamespacePolicy command{
      {"room", {.issuers = std::vector<std::string>{"https://one"}, .max_peers = 2}},
      /*evict=*/true};
  EXPECT_THAT(hub.hub().WouldEvict(command),
              ElementsAre(EvictedPeer{Id('a'), "room", Reason::kNamespaceNeedsToken},
                          EvictedPeer{Id('b'), "room", Reason::kNamespaceFull},
                          EvictedPeer{Id('e'), "room", Reason::kNamespaceWrongIssuer}));
  EXPECT_TRUE(hub.hub().WouldEvict({command.policy, /*evict=*/false}).empty());
  ASSERT_TRUE(hub.Handle(command).ok());
  EXPECT_EQ(b.closed(), Reason::kEvicted);
  EXPECT_EQ(c.closed(), std::nullopt);
  EXPECT_EQ(d.closed(), std::nullopt);
}

TEST(Eviction, WithoutAKeyAppliesWhatIsInForce) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer c = hub.Join(Id('c'), "other");
  ASSERT_TRUE(hub.Handle(ConfigureNamespaces{{{"*", {.max_peers = 1}}}}).ok());
  EXPECT_EQ(b.closed(), std::nullopt);
  ASSERT_TRUE(hub.Handle(SetNamespacePolicy{{"*", {}}, /*evict=*/true}).ok());
  EXPECT_EQ(a.closed(), std::nullopt);
  EXPECT_EQ(b.closed(), Reason::kEvicted);
  EXPECT_EQ(c.closed(), std::nullopt);
  EXPECT_EQ(hub.hub().counters().policies.value(), 1u) << "none was added";
}

}  // namespace
}  // namespace pigeonhub
