// SPDX-License-Identifier: Apache-2.0

#include "control/remote/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/remote/explanation.h"
#include "pigeonhub/v1/access_service.pb.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Merge, KnowsWhichCallsMayMeanSeveralHubs) {
  EXPECT_TRUE(MayMeanOtherHubs(*v1::ListPeersResponse::descriptor()));
  EXPECT_TRUE(MayMeanOtherHubs(*v1::WatchEventsResponse::descriptor()));
  EXPECT_FALSE(MayMeanOtherHubs(*v1::ReloadResponse::descriptor()));
  EXPECT_FALSE(MayMeanOtherHubs(*v1::GeneratePeerIdResponse::descriptor()));
}

TEST(Merge, PutsListsBehindEachOtherAndSaysWhoseEachItemIs) {
  v1::ListPeersResponse first;
  first.add_peers()->set_peer_id("1");
  first.mutable_cursor()->set_seq(7);
  first.set_next_page_token("more");
  v1::ListPeersResponse second;
  second.add_peers()->set_peer_id("2");
  second.add_peers()->set_peer_id("1");
  v1::ListPeersResponse all;
  AddAnswer("a", first, true, all);
  AddAnswer("b", second, false, all);
  AddUnreachable("c", "asleep", all);
  ASSERT_THAT(all.peers(), SizeIs(3));
  EXPECT_EQ(all.peers(0).hub_id(), "a");
  EXPECT_EQ(all.peers(1).hub_id(), "b");
  EXPECT_EQ(all.peers(2).peer_id(), "1") << "at two hubs, so it is in the list twice";
  EXPECT_FALSE(all.has_cursor()) << "there is none for all";
  ASSERT_THAT(all.cursors(), SizeIs(1));
  EXPECT_EQ(all.cursors(0).hub_id(), "a");
  EXPECT_EQ(all.cursors(0).cursor().seq(), 7u);
  EXPECT_EQ(all.next_page_token(), "") << "that of one hub is not that of all";
  ASSERT_THAT(all.unreachable(), SizeIs(1));
  EXPECT_EQ(all.unreachable(0).reason(), "asleep");
  EXPECT_EQ(ItemsOf(all), 3u);
}

TEST(Merge, AddsUpCountsAndKeepsWhatAllSay) {
  v1::GetStatsResponse first;
  first.set_peers(2);
  first.set_is_hub(true);
  first.set_host("one");
  first.set_port(3000);
  first.set_serving_state(v1::SERVING_STATE_SERVING);
  first.mutable_uptime()->set_seconds(5);
  first.mutable_traffic()->set_announces(3);
  auto& lost = *first.mutable_traffic()->add_reasons();
  lost.set_reason(v1::REASON_TRANSPORT_LOST);
  lost.set_count(1);
  v1::GetStatsResponse second = first;
  second.set_peers(40);
  second.set_host("two");
  second.set_serving_state(v1::SERVING_STATE_DRAINING);
  second.mutable_uptime()->set_seconds(9);
  second.mutable_traffic()->mutable_reasons(0)->set_count(10);
  auto& banned = *second.mutable_traffic()->add_reasons();
  banned.set_reason(v1::REASON_GOODBYE);
  banned.set_count(4);
  v1::GetStatsResponse all;
  AddAnswer("a", first, true, all);
  AddAnswer("b", second, false, all);
  EXPECT_EQ(all.peers(), 42);
  EXPECT_TRUE(all.is_hub());
  EXPECT_EQ(all.host(), "") << "they say different things";
  EXPECT_EQ(all.port(), 3000);
  EXPECT_EQ(all.serving_state(), v1::SERVING_STATE_UNSPECIFIED);
  EXPECT_EQ(all.uptime().seconds(), 5) << "of the first";
  EXPECT_EQ(all.traffic().announces(), 6);
  ASSERT_THAT(all.traffic().reasons(), SizeIs(2));
  EXPECT_EQ(all.traffic().reasons(0).count(), 11);
  EXPECT_EQ(all.traffic().reasons(1).count(), 4);
  ASSERT_THAT(all.per_hub(), SizeIs(2));
  EXPECT_EQ(all.per_hub(1).hub_id(), "b");
  EXPECT_EQ(all.per_hub(1).peers(), 40);
  EXPECT_EQ(all.hub_id(), "") << "it is that of several";
}

TEST(Merge, TakesOneThingOfTheFirstHubThatHasIt) {
  v1::GetPeerResponse nothing;
  v1::GetPeerResponse first;
  first.mutable_peer()->set_peer_id("1");
  first.mutable_peer()->set_namespace_("room");
  v1::GetPeerResponse second;
  second.mutable_peer()->set_peer_id("1");
  second.mutable_peer()->set_namespace_("hall");
  v1::GetPeerResponse all;
  AddAnswer("a", nothing, true, all);
  AddAnswer("b", first, false, all);
  AddAnswer("c", second, false, all);
  EXPECT_EQ(all.peer().hub_id(), "b");
  EXPECT_EQ(all.peer().namespace_(), "room");
}

TEST(Merge, KeepsRulesThatAllHaveAndAddsNoneUp) {
  const auto answer = [](int64_t max_peers) {
    v1::GetNamespacePolicyResponse of_one;
    of_one.mutable_in_force()->mutable_policy()->set_max_peers(max_peers);
    of_one.mutable_in_force()->mutable_policy()->set_discovery_limit(64);
    return of_one;
  };
  v1::GetNamespacePolicyResponse first = answer(5000);
  v1::GetNamespacePolicyResponse second = answer(3);
  v1::GetNamespacePolicyResponse all;
  AddAnswer("a", first, true, all);
  AddAnswer("b", second, false, all);
  EXPECT_FALSE(all.in_force().policy().has_max_peers());
  EXPECT_EQ(all.in_force().policy().discovery_limit(), 64);
  EXPECT_EQ(all.per_hub(1).in_force().policy().max_peers(), 3);
}

TEST(Merge, PutsNoIssuersTogetherOfWhomEachHubTakesSomeOnly) {
  const auto answer = [](const char* issuer) {
    v1::GetNamespacePolicyResponse of_one;
    of_one.mutable_in_force()->mutable_policy()->mutable_issuers()->add_issuers(issuer);
    return of_one;
  };
  v1::GetNamespacePolicyResponse first = answer("https://one.example");
  v1::GetNamespacePolicyResponse same = answer("https://one.example");
  v1::GetNamespacePolicyResponse other = answer("https://two.example");
  v1::GetNamespacePolicyResponse all;
  AddAnswer("a", first, true, all);
  AddAnswer("b", same, false, all);
  EXPECT_THAT(all.in_force().policy().issuers().issuers(),
              testing::ElementsAre("https://one.example"));
  AddAnswer("c", other, false, all);
  EXPECT_FALSE(all.in_force().policy().has_issuers());
}

TEST(Merge, AddsUpWhatEachHubHasOfOneThing) {
  const auto answer = [](int64_t peers) {
    v1::GetNamespaceResponse of_one;
    of_one.mutable_namespace_()->set_name("chat");
    of_one.mutable_namespace_()->set_local_peers(peers);
    return of_one;
  };
  v1::GetNamespaceResponse first = answer(2);
  v1::GetNamespaceResponse second = answer(9);
  v1::GetNamespaceResponse all;
  AddAnswer("a", first, true, all);
  AddAnswer("b", second, false, all);
  EXPECT_EQ(all.namespace_().name(), "chat");
  EXPECT_EQ(all.namespace_().local_peers(), 11);
  EXPECT_EQ(all.namespace_().hub_id(), "") << "it is that of several";
  EXPECT_EQ(all.per_hub(1).namespace_().local_peers(), 9);
  EXPECT_EQ(all.per_hub(1).namespace_().hub_id(), "b");
}

TEST(Merge, LeavesWhatHasAMeaningOfItsOwn) {
  v1::ListEventsResponse answer;
  auto& event = *answer.add_events();
  event.set_hub_id("a");
  event.mutable_audit()->set_method("m");
  NameHub("a", answer);
  EXPECT_EQ(answer.events(0).audit().hub_id(), "") << "it was done here";
}

TEST(Merge, PutsIdsBehindEachOther) {
  v1::BanResponse first;
  first.set_hit_count(1);
  first.add_hit_peer_ids("1");
  v1::BanResponse second;
  second.set_hit_count(2);
  second.add_hit_peer_ids("2");
  second.add_hit_peer_ids("3");
  v1::BanResponse all;
  AddAnswer("a", first, true, all);
  AddAnswer("b", second, false, all);
  EXPECT_EQ(all.hit_count(), 3);
  EXPECT_THAT(all.hit_peer_ids(), testing::ElementsAre("1", "2", "3"));
}

TEST(Explanations, AreThoseOfTheHubsThatSawThePair) {
  v1::ExplainPairResponse strange;
  strange.set_outcome(v1::PAIR_OUTCOME_NEVER_SEEN);
  strange.add_findings()->set_code("PH-E01");
  v1::ExplainPairResponse waiting;
  waiting.set_outcome(v1::PAIR_OUTCOME_UNDER_WAY);
  waiting.add_findings()->set_code("PH-E10");
  v1::ExplainPairResponse knows;
  knows.set_outcome(v1::PAIR_OUTCOME_CAUSE_FOUND);
  knows.set_certainty(v1::CERTAINTY_CERTAIN);
  knows.set_because("PH-E12");
  knows.add_findings()->set_code("PH-E12");
  v1::ExplainPairResponse all;
  AddAnswer("a", strange, true, all);
  AddAnswer("b", waiting, false, all);
  AddAnswer("c", knows, false, all);
  Conclude(all);
  EXPECT_EQ(all.outcome(), v1::PAIR_OUTCOME_CAUSE_FOUND);
  EXPECT_EQ(all.because(), "PH-E12");
  ASSERT_THAT(all.findings(), SizeIs(2));
  EXPECT_EQ(all.findings(0).hub_id(), "b");
  EXPECT_EQ(all.findings(1).hub_id(), "c");

  v1::ExplainPairResponse nobody;
  AddAnswer("a", strange, true, nobody);
  Conclude(nobody);
  EXPECT_EQ(nobody.outcome(), v1::PAIR_OUTCOME_NEVER_SEEN);
  EXPECT_THAT(nobody.findings(), testing::Not(IsEmpty()));
}

}  // namespace
}  // namespace pigeonhub
