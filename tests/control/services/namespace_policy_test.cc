// SPDX-License-Identifier: Apache-2.0
//
// Policies of namespaces over the control API.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/core/random.h"
#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

using Texts = std::vector<std::string>;

class NamespacePolicyTest : public ControlTest {
 protected:
  void SetUp() override {}
  // A hub whose configuration says this of namespaces.
  void StartWith(std::vector<NamedPolicy> policies) {
    Setup setup;
    setup.hub.namespaces = std::move(policies);
    Start(std::move(setup));
  }

  static v1::SetNamespacePolicyRequest MaxPeers(const std::string& name, int64_t most) {
    v1::SetNamespacePolicyRequest request;
    request.set_name(name);
    request.mutable_policy()->set_max_peers(most);
    return request;
  }
  v1::SetNamespacePolicyResponse Set(const v1::SetNamespacePolicyRequest& request) {
    v1::SetNamespacePolicyResponse response;
    const auto status = CALL(namespaces_, SetNamespacePolicy, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status Unset(const std::string& name) {
    v1::UnsetNamespacePolicyRequest request;
    request.set_name(name);
    v1::UnsetNamespacePolicyResponse response;
    return CALL(namespaces_, UnsetNamespacePolicy, request, response);
  }
  v1::PolicyInForce InForce(const std::string& name) {
    v1::GetNamespacePolicyRequest request;
    request.set_name(name);
    v1::GetNamespacePolicyResponse response;
    const auto status = CALL(namespaces_, GetNamespacePolicy, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.in_force();
  }
  // "max-peers CALL chat" for a key; without a name for a default.
  static std::string Origin(const v1::PolicyInForce& in_force, const std::string& key) {
    for (const v1::PolicyOrigin& origin : in_force.origins()) {
      if (origin.key() != key) continue;
      const std::string source =
          v1::PolicySource_Name(origin.source()).substr(std::string("POLICY_SOURCE_").size());
      return key + ' ' + source + (origin.name().empty() ? "" : ' ' + origin.name());
    }
    return {};
  }
  static Texts Ids(const v1::SetNamespacePolicyResponse& response) {
    Texts ids;
    for (const v1::EvictedPeer& each : response.evicted_peers()) ids.push_back(each.peer_id());
    return ids;
  }
};

TEST_F(NamespacePolicyTest, NamesTheRangeOfANumberThatIsOutOfIt) {
  Start();
  for (const int64_t most : {-1, 0, 100'001}) {
    v1::SetNamespacePolicyResponse response;
    const auto status = CALL(namespaces_, SetNamespacePolicy, MaxPeers("room", most), response);
    EXPECT_NE(status.error_message().find(std::to_string(most) +
                                          " is out of range; give a number from 1 to 100000"),
              std::string::npos)
        << status.error_message();
  }
}

TEST_F(NamespacePolicyTest, SaysKeyByKeyWhatHoldsAndWhoSaidIt) {
  StartWith({{"ch*", {.issuers = Texts{"https://a"}, .max_peers = 10}},
             {"*", {.message_rate = Rate{.amount = 10, .burst = 50}}}});
  EXPECT_TRUE(Set(MaxPeers("chat", 5)).ephemeral());
  const v1::PolicyInForce chat = InForce("chat");
  EXPECT_EQ(chat.policy().who(), v1::WHO_MAY_ENTER_TOKEN);
  ASSERT_EQ(chat.policy().issuers().issuers_size(), 1);
  EXPECT_EQ(chat.policy().issuers().issuers(0), "https://a");
  EXPECT_EQ(chat.policy().max_peers(), 5);
  EXPECT_EQ(chat.policy().announce_data(), 16384);
  EXPECT_TRUE(chat.policy().has_discovery_limit());
  EXPECT_EQ(chat.policy().duplicate(), v1::ON_DUPLICATE_PROBE);
  EXPECT_EQ(chat.policy().message_rate(), "10/s,50");
  EXPECT_EQ(chat.policy().announce_rate(), "1/s,10");
  EXPECT_EQ(chat.origins_size(), 8);
  EXPECT_EQ(Origin(chat, "who"), "who CONFIGURATION ch*") << "that of the issuers";
  EXPECT_EQ(Origin(chat, "issuers"), "issuers CONFIGURATION ch*");
  EXPECT_EQ(Origin(chat, "max-peers"), "max-peers CALL chat");
  EXPECT_EQ(Origin(chat, "announce-data"), "announce-data DEFAULT");
  EXPECT_EQ(Origin(chat, "message-rate"), "message-rate CONFIGURATION *");
  EXPECT_EQ(InForce("pigeonhub-mesh").policy().max_peers(), 5000);

  ASSERT_TRUE(Unset("chat").ok());
  EXPECT_EQ(Origin(InForce("chat"), "max-peers"), "max-peers CONFIGURATION ch*");
}

TEST_F(NamespacePolicyTest, IsShownWithItsNamespace) {
  StartWith({{"room", {.max_peers = 7}}});
  Join(1, "room");
  v1::GetNamespaceRequest request;
  request.set_name("room");
  v1::GetNamespaceResponse response;
  CALL_OK(namespaces_, GetNamespace, request, response);
  EXPECT_EQ(response.in_force().policy().max_peers(), 7);
  EXPECT_EQ(Origin(response.in_force(), "max-peers"), "max-peers CONFIGURATION room");
}

TEST_F(NamespacePolicyTest, TakesEveryKey) {
  StartWith({});
  v1::SetNamespacePolicyRequest request;
  request.set_name("game:*");
  v1::NamespacePolicy& policy = *request.mutable_policy();
  policy.set_who(v1::WHO_MAY_ENTER_ANYONE);
  policy.mutable_issuers()->add_issuers("https://a");
  policy.set_max_peers(50);
  policy.set_announce_data(1000);
  policy.set_discovery_limit(0);
  policy.set_duplicate(v1::ON_DUPLICATE_REJECT);
  policy.set_message_rate("5/10s");
  policy.set_announce_rate("off");
  Set(request);
  v1::ListNamespacePoliciesResponse list;
  CALL_OK(namespaces_, ListNamespacePolicies, v1::ListNamespacePoliciesRequest(), list);
  ASSERT_EQ(list.policies_size(), 1);
  EXPECT_EQ(list.policies(0).source(), v1::POLICY_SOURCE_CALL);
  EXPECT_EQ(list.policies(0).policy().SerializeAsString(), policy.SerializeAsString());
  EXPECT_EQ(InForce("game:1").policy().SerializeAsString(), policy.SerializeAsString());
}

TEST_F(NamespacePolicyTest, HoldsForNewcomersAndIsAudited) {
  StartWith({});
  RawClient& first = Join(1, "room");
  Set(MaxPeers("room", 1));
  Settle(first);
  RawClient& second = Join(2);
  second.SendText(R"({"type":"announce","networkName":"room","data":{}})");
  EXPECT_NE(second.ReadTextWith("already has 1 peers"), "");
  ASSERT_TRUE(Unset("room").ok());
  Announce(second, "room", "{}");
  Settle(second);
  EXPECT_EQ(hub().GetNamespace("room")->local_peers, 2u);

  const auto events = Events(v1::EVENT_KIND_AUDIT);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].audit().method(), "pigeonhub.v1.NamespaceService/SetNamespacePolicy");
  EXPECT_EQ(events[0].audit().object(), "room");
  EXPECT_EQ(events[1].audit().method(), "pigeonhub.v1.NamespaceService/UnsetNamespacePolicy");
}

TEST_F(NamespacePolicyTest, WithEvictClosesThoseThatItDoesNotAdmit) {
  StartWith({});
  RawClient& first = Join(1, "room");
  RawClient& second = Join(2, "room");
  v1::SetNamespacePolicyRequest request = MaxPeers("room", 1);
  request.set_evict(true);
  request.set_request_id("once");
  const v1::SetNamespacePolicyResponse response = Set(request);
  EXPECT_EQ(response.evicted_count(), 1);
  ASSERT_EQ(response.evicted_peers_size(), 1);
  EXPECT_EQ(response.evicted_peers(0).peer_id(), PeerIdText(2));
  EXPECT_EQ(response.evicted_peers(0).namespace_(), "room");
  EXPECT_EQ(response.evicted_peers(0).reason(), v1::REASON_NAMESPACE_FULL);
  const auto close = second.ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->payload, std::string("\x03\xF0", 2) + "Evicted by policy");
  Settle(first);
  EXPECT_EQ(Ids(Set(request)), Texts{PeerIdText(2)}) << "the answer of the first call";
}

TEST_F(NamespacePolicyTest, WithEvictAloneAppliesWhatIsInForce) {
  StartWith({});
  Join(1, "room");
  Join(2, "room");
  Set(MaxPeers("*", 1));
  v1::SetNamespacePolicyRequest request;
  request.set_name("room");
  request.set_evict(true);
  EXPECT_EQ(Ids(Set(request)), Texts{PeerIdText(2)});
  v1::ListNamespacePoliciesResponse list;
  CALL_OK(namespaces_, ListNamespacePolicies, v1::ListNamespacePoliciesRequest(), list);
  EXPECT_EQ(list.policies_size(), 1) << "and says nothing of the name";
}

// Whom validate_only names are closed, they alone, and nothing changes before.
TEST_F(NamespacePolicyTest, ClosesExactlyWhomValidateOnlySaid) {
  StartWith({{"a*", {.max_peers = 6}}});
  const Texts kRooms = {"a", "a:1", "b"};
  const Texts kPolicies = {"a", "a*", "a:*", "*", "b"};
  Random random(7);
  const auto population = [&] {
    std::map<std::string, std::string> where;
    for (const PeerRecord& peer : hub().ListPeers({}, 0, 1000).page.peers) {
      where[std::string(peer.peer.text())] = peer.network == nullptr ? "" : *peer.network;
    }
    return where;
  };
  int number = 0;
  int64_t evicted = 0;
  for (int round = 0; round < 8; ++round) {
    while (number < 12 * (round + 1)) Join(++number, kRooms[random.Below(kRooms.size())]);
    v1::SetNamespacePolicyRequest request =
        MaxPeers(kPolicies[random.Below(kPolicies.size())], 1 + static_cast<int>(random.Below(5)));
    if (random.Below(8) == 0) request.mutable_policy()->set_who(v1::WHO_MAY_ENTER_TOKEN);
    request.set_evict(random.Below(4) != 0);
    SCOPED_TRACE(request.ShortDebugString());
    const auto before = population();
    request.set_validate_only(true);
    const v1::SetNamespacePolicyResponse said = Set(request);
    EXPECT_EQ(population(), before);
    auto expected = before;
    for (const v1::EvictedPeer& each : said.evicted_peers()) {
      EXPECT_EQ(expected[each.peer_id()], each.namespace_());
      EXPECT_EQ(expected.erase(each.peer_id()), 1u);
    }
    request.set_validate_only(false);
    const v1::SetNamespacePolicyResponse done = Set(request);
    EXPECT_EQ(done.SerializeAsString(), said.SerializeAsString());
    EXPECT_EQ(population(), expected);
    evicted += done.evicted_count();
    if (random.Below(2) == 0) {
      ASSERT_TRUE(Unset(request.name()).ok());
    }
  }
  EXPECT_GT(evicted, 10);
}

TEST_F(NamespacePolicyTest, SaysWhichFieldIsWrong) {
  StartWith({});
  const auto field_of = [&](const v1::SetNamespacePolicyRequest& request) {
    v1::SetNamespacePolicyResponse response;
    const auto status = CALL(namespaces_, SetNamespacePolicy, request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    EXPECT_EQ(status.error_message().find('\n'), std::string::npos);
    return BadFieldOf(status);
  };
  EXPECT_EQ(field_of(MaxPeers("", 1)), "name");
  EXPECT_EQ(field_of(MaxPeers("a*b", 1)), "name");
  EXPECT_EQ(field_of(MaxPeers("a\nb", 1)), "name");
  EXPECT_EQ(field_of(MaxPeers("pigeonhub-mesh", 1)), "name");
  EXPECT_EQ(field_of(MaxPeers("room", 0)), "policy.max_peers");
  EXPECT_EQ(field_of(MaxPeers("room", -1)), "policy.max_peers");
  EXPECT_EQ(field_of(MaxPeers("room", 100'001)), "policy.max_peers");
  const auto field_with = [&](const auto& change) {
    v1::SetNamespacePolicyRequest request;
    request.set_name("room");
    change(*request.mutable_policy());
    return field_of(request);
  };
  using Policy = v1::NamespacePolicy;
  EXPECT_EQ(field_with([](Policy&) {}), "policy");
  EXPECT_EQ(field_with([](Policy& p) { p.set_who(static_cast<v1::WhoMayEnter>(9)); }),
            "policy.who");
  EXPECT_EQ(field_with([](Policy& p) { p.mutable_issuers()->add_issuers(""); }), "policy.issuers");
  EXPECT_EQ(field_with([](Policy& p) { p.set_announce_data(16385); }), "policy.announce_data");
  EXPECT_EQ(field_with([](Policy& p) { p.set_discovery_limit(-1); }), "policy.discovery_limit");
  EXPECT_EQ(field_with([](Policy& p) { p.set_duplicate(static_cast<v1::OnDuplicate>(9)); }),
            "policy.duplicate");
  EXPECT_EQ(field_with([](Policy& p) { p.set_message_rate("5"); }), "policy.message_rate");
  EXPECT_EQ(field_with([](Policy& p) { p.set_message_rate(""); }), "policy.message_rate");
  EXPECT_EQ(field_with([](Policy& p) { p.set_announce_rate("0/s"); }), "policy.announce_rate");

  v1::GetNamespacePolicyResponse response;
  EXPECT_EQ(
      BadFieldOf(CALL(namespaces_, GetNamespacePolicy, v1::GetNamespacePolicyRequest(), response)),
      "name");
}

TEST_F(NamespacePolicyTest, TellsWhyThereIsNothingToForget) {
  StartWith({{"room", {.max_peers = 7}}});
  EXPECT_REFUSED(Unset("room"), FAILED_PRECONDITION, "POLICY_OF_CONFIGURATION");
  EXPECT_REFUSED(Unset("other"), NOT_FOUND, "POLICY_NOT_FOUND");
}

TEST_F(NamespacePolicyTest, AreAtMostAThousand) {
  std::vector<NamedPolicy> policies;
  for (int i = 0; i < 1000; ++i) policies.push_back({"n" + std::to_string(i), {.max_peers = 1}});
  StartWith(std::move(policies));
  v1::SetNamespacePolicyResponse response;
  EXPECT_REFUSED(CALL(namespaces_, SetNamespacePolicy, MaxPeers("more", 1), response),
                 RESOURCE_EXHAUSTED, "POLICIES_FULL");
}

TEST_F(NamespacePolicyTest, AreListedPageByPage) {
  StartWith({{"b", {.max_peers = 1}}, {"a*", {.max_peers = 2}}, {"c", {.max_peers = 3}}});
  Set(MaxPeers("b", 4));
  Set(MaxPeers("bb", 5));
  v1::ListNamespacePoliciesRequest request;
  request.set_page_size(2);
  std::string seen;
  v1::ListNamespacePoliciesResponse page;
  do {
    CALL_OK(namespaces_, ListNamespacePolicies, request, page);
    for (const v1::NamedPolicy& each : page.policies()) {
      seen += each.name() + std::to_string(each.policy().max_peers()) + ' ';
    }
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(seen, "a*2 b4 b1 bb5 c3 ");
  request.set_page_token("garbage");
  EXPECT_REFUSED(CALL(namespaces_, ListNamespacePolicies, request, page), INVALID_ARGUMENT,
                 "INVALID_PAGE_TOKEN");
}

TEST_F(NamespacePolicyTest, BoundsWhatAMemberMaySend) {
  StartWith({});
  RawClient& peer = Join(1, "room");
  v1::SetNamespacePolicyRequest request;
  request.set_name("room");
  request.mutable_policy()->set_message_rate("1/30m,2");
  Set(request);
  for (int i = 0; i < 3; ++i) peer.SendText(R"({"type":"ping"})");
  EXPECT_TRUE(Eventually(
      [&] { return hub().Metrics().find("\npigeonhub_paused_peers 1\n") != std::string::npos; }));
  EXPECT_NE(hub().Metrics().find("\npigeonhub_namespace_policies 1\n"), std::string::npos);
  ASSERT_TRUE(Unset("room").ok());
  EXPECT_NE(hub().Metrics().find("\npigeonhub_paused_peers 0\n"), std::string::npos);
  Settle(peer);
}

}  // namespace
}  // namespace pigeonhub
