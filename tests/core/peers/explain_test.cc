// SPDX-License-Identifier: Apache-2.0
//
// Why two peers do not meet: what is found before one of them says a word to the other. What comes
// then is in judge_handshake_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/core/turn.h"
#include "tests/core/hub_server.h"
#include "tests/core/links/dialing_fixture.h"
#include "tests/core/mesh/linked_mesh_hub.h"
#include "tests/core/peers/explained.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

SharedClaims GrantsOnly(std::string name) {
  TokenClaims claims;
  claims.namespaces = {std::move(name)};
  return std::make_shared<const TokenClaims>(std::move(claims));
}

TEST(Explain, SaysThatAPeerWasNeverSeen) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  const Explanation one = ExplainedBy(hub, Id('a'), Id('b'));
  EXPECT_THAT(ToText(one.findings), ElementsAre("PH-E01 certain b"));
  EXPECT_EQ(VerdictText(one), "cause certain PH-E01");
  const Explanation both = ExplainedBy(hub, Id('c'), Id('b'));
  EXPECT_THAT(ToText(both.findings), ElementsAre("PH-E01 certain c", "PH-E01 certain b"));
  EXPECT_EQ(VerdictText(both), "never seen certain PH-E01");
}

TEST(Explain, SaysWhenAndWhyAPeerLeftForAnHour) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  const UnixMillis left_at = hub.clock().Read().unix_ms;
  const uint64_t event = hub.hub().journal().next_event();
  b.Drop(Reason::kTransportLost, 1006);
  hub.Advance(59min);
  const Explanation said = ExplainedBy(hub, Id('a'), Id('b'));
  EXPECT_THAT(
      ToText(said.findings),
      ElementsAre("PH-E02 certain b: transport_lost, close code 1006, from the namespace room"));
  EXPECT_EQ(VerdictText(said), "cause certain PH-E02");
  const Finding left = FoundIn(said, FindingCode::kLeft);
  EXPECT_EQ(left.reason, Reason::kTransportLost);
  ASSERT_EQ(left.moments.size(), 1u);
  EXPECT_EQ(left.moments[0].what, "left");
  EXPECT_EQ(left.moments[0].unix_ms, left_at);
  EXPECT_THAT(left.events, ElementsAre(event));

  hub.Advance(1min);
  EXPECT_EQ(VerdictText(ExplainedBy(hub, Id('a'), Id('b'))), "cause certain PH-E01");
}

TEST(Explain, SaysThatAPeerHasNotAnnounced) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  hub.Connect(Id('b'));
  hub.Advance(4s);
  EXPECT_EQ(VerdictText(ExplainedBy(hub, Id('a'), Id('b'))), "under way certain PH-E03");
  hub.Advance(1s);
  EXPECT_THAT(ToText(ExplainedBy(hub, Id('a'), Id('b')).findings), ElementsAre("PH-E03 certain b"));
}

TEST(Explain, SaysThatThePeersAreInDifferentNamespaces) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  hub.Join(Id('b'), "hall");
  EXPECT_THAT(ToText(ExplainedBy(hub, Id('a'), Id('b')).findings),
              ElementsAre("PH-E04 certain a: in room, not in hall"));
  EXPECT_THAT(ToText(ExplainedBy(hub, Id('a'), Id('b'), "room").findings),
              ElementsAre("PH-E04 certain b: in hall, not in room"));
}

TEST(Explain, SaysThatTheNamesOfTheNamespacesAreNearlyTheSame) {
  HubFixture hub;
  hub.Join(Id('a'), "my room");
  hub.Join(Id('b'), "My Room ");
  const Explanation said = ExplainedBy(hub, Id('a'), Id('b'));
  EXPECT_THAT(ToText(said.findings),
              ElementsAre(R"(PH-E05 certain a: in "my room", not in "My Room ")"));
  EXPECT_THAT(ToText(ExplainedBy(hub, Id('a'), Id('b'), "my room").findings),
              ElementsAre(StartsWith("PH-E05 certain b: in ")));
}

TEST(Explain, SaysThatNamesDifferInWhatNobodySees) {
  HubFixture hub;
  hub.Join(Id('a'), "my room");
  FakePeer b = hub.Connect(Id('b'));
  for (const char* name : {"my\u00a0room", "my room\u200b", "\ufeffmy room", "my\u3000room"}) {
    b.Announce(name);
    EXPECT_EQ(ExplainedBy(hub, Id('a'), Id('b')).because, FindingCode::kNearlyTheSameName) << name;
  }
  b.Announce("my r\u00f6\u00f6m");
  EXPECT_EQ(ExplainedBy(hub, Id('a'), Id('b')).because, FindingCode::kOtherNamespace);
}

TEST(Explain, SaysThatAnAnnounceWasRefusedAndWhy) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  hub.BringClaims(GrantsOnly("hall"));
  FakePeer b = hub.Connect(Id('b'));
  EXPECT_THAT(ToText(ExplainedBy(hub, Id('a'), Id('b'), "room").findings),
              ElementsAre("PH-E06 certain b: room: namespace_not_granted", "(PH-E03 certain b)"))
      << "what would be, before it tries";
  b.Announce("room");
  const Explanation said = ExplainedBy(hub, Id('a'), Id('b'));
  EXPECT_THAT(ToText(said.findings), ElementsAre("PH-E06 certain b: room: namespace_not_granted"));
  const Finding refused = FoundIn(said, FindingCode::kAnnounceRefused);
  EXPECT_EQ(refused.reason, Reason::kNamespaceNotGranted);
  EXPECT_EQ(refused.moments.at(0).unix_ms, hub.clock().Read().unix_ms);
  b.Announce("hall");
  EXPECT_THAT(ToText(ExplainedBy(hub, Id('a'), Id('b')).findings),
              ElementsAre("PH-E04 certain a: in room, not in hall"));
}

TEST(Explain, SaysThatANamespaceIsFull) {
  HubOptions options;
  options.namespaces = {{"room", {.max_peers = 1}}};
  HubFixture hub(std::move(options));
  hub.Join(Id('a'), "room");
  FakePeer b = hub.Connect(Id('b'));
  EXPECT_THAT(ToText(ExplainedBy(hub, Id('a'), Id('b'), "room").findings),
              ElementsAre("PH-E07 certain b: room: namespace_full", "(PH-E03 certain b)"));
  b.Announce("room");
  EXPECT_THAT(ToText(ExplainedBy(hub, Id('a'), Id('b')).findings),
              ElementsAre("PH-E07 certain b: room: namespace_full"));
}

TEST_F(Dialing, ThatFailsMayBeWhyAPeerIsNotKnown) {
  StartAt("localhost", 3000);
  hub_.Join(Id('a'), "room");
  ASSERT_TRUE(hub_.Handle(DialFailed{DialTargetId(1), 503, "busy"}).ok());
  const UnixMillis down_since = hub_.clock().Read().unix_ms;
  const Explanation said = ExplainedBy(hub_, Id('a'), Id('b'));
  EXPECT_THAT(ToText(said.findings),
              ElementsAre("PH-E01 likely b", "PH-E08 possible: ws://one:3000: busy"));
  EXPECT_EQ(VerdictText(said), "cause likely PH-E01");
  const Finding down = FoundIn(said, FindingCode::kNoPath);
  EXPECT_EQ(down.moments.at(0).what, "down");
  EXPECT_EQ(down.moments.at(0).unix_ms, down_since);
}

class DialingByDefault : public Dialing {
 protected:
  DialingByDefault() : Dialing(Bootstrapped({})) {}
};

TEST_F(DialingByDefault, WithoutAHubThereIsNoReasonForAnything) {
  StartAt("localhost", 3001);
  hub_.Join(Id('a'), "room");
  ASSERT_TRUE(hub_.Handle(DialFailed{DialTargetId(1), 1006, "refused"}).ok());
  EXPECT_THAT(ToText(ExplainedBy(hub_, Id('a'), Id('b')).findings),
              ElementsAre("PH-E01 certain b"));
}

TEST_F(AMeshHub, IsNotAskedWhatHappenedToItsPeers) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.Advance(5s);
  const Explanation said = ExplainedBy(hub_, Id('1'), Id('7'));
  EXPECT_THAT(ToText(said.findings),
              ElementsAre("(PH-E26 certain 7: " + std::string(Id('b').text()) + ")",
                          StartsWith("PH-E10 likely 7")));
}

// What they say to each other does not come by here.
TEST_F(AMeshHub, WithBothPeersIsTheOneToAsk) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1), JoinOp('8', "room", 1)});
  hub_.Advance(5s);
  const Explanation said = ExplainedBy(hub_, Id('7'), Id('8'));
  const std::string at_b = ": " + std::string(Id('b').text()) + ")";
  EXPECT_THAT(ToText(said.findings),
              ElementsAre("(PH-E26 certain 7" + at_b, "(PH-E26 certain 8" + at_b));
  EXPECT_EQ(VerdictText(said), "under way certain PH-E26");
}

TEST_F(AMeshHub, MayHaveAPeerInANamespaceThatNobodyHereIsIn) {
  hub_.Join(Id('1'), "room").Drop(Reason::kTransportLost, 1006);
  const Explanation said = ExplainedBy(hub_, Id('1'), Id('7'));
  EXPECT_THAT(ToText(said.findings),
              ElementsAre(StartsWith("PH-E02 likely 1: transport_lost"), "PH-E01 likely 7"));
  EXPECT_EQ(VerdictText(said), "cause likely PH-E02");
}

TEST_F(AMeshHub, WhosePeerCameBackHasNotConnectedSince) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1), SignalOp('7', '1', "room")});
  EXPECT_EQ(ExplainedBy(hub_, Id('1'), Id('7')).because, FindingCode::kNoAnswer)
      << "what comes along with the join counts";
  one.Signal(SignalType::kAnswer, Id('7'), "room", "1");
  one.Send(inbound::Cleanup{PairReport(), Id('7').text()});
  EXPECT_EQ(VerdictText(ExplainedBy(hub_, Id('1'), Id('7'))), "connected certain PH-E25");
  hub_.Advance(1s);
  b_.Say({LeaveOp('7', "room"), JoinOp('7', "room", 2)});
  hub_.Advance(5s);
  const Explanation said = ExplainedBy(hub_, Id('1'), Id('7'));
  EXPECT_EQ(ToText(FoundIn(said, FindingCode::kNoOffer)),
            "PH-E10 possible 7: they may be connected from before one of them came back");
  EXPECT_EQ(VerdictText(said), "cause possible PH-E10");
  EXPECT_EQ(FoundIn(said, FindingCode::kNoOffer).moments.at(0).unix_ms,
            hub_.clock().Read().unix_ms - 5000);
  hub_.Advance(300us);
  b_.Say({LeaveOp('7', "room"), JoinOp('7', "room", 3), SignalOp('7', '1', "room")});
  EXPECT_EQ(ExplainedBy(hub_, Id('1'), Id('7')).because, FindingCode::kNoAnswer)
      << "it answered another connection";
}

// Two of one house look so, too, and where the other one comes from is not known here.
TEST_F(AMeshHub, WhosePeerHasLocalCandidatesOnlyIsNoCause) {
  FakePeer one = hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  mesh::Signal offer = SignalOp('7', '1', "room");
  offer.candidates = {.host = 1, .v4 = 1, .udp = 1};
  b_.Say({offer});
  one.Send(inbound::Signal{
      SignalType::kAnswer, "room", "", Id('7').text(), Json("1"), {.host = 1, .v4 = 1, .udp = 1}});
  const Explanation said = ExplainedBy(hub_, Id('1'), Id('7'));
  EXPECT_EQ(VerdictText(said), "complete likely PH-E24");
  EXPECT_FALSE(FoundIn(said, FindingCode::kLocalCandidatesOnly).is_cause);
}

TEST_F(AMeshHub, ThatWasLostIsNamedForAnHour) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  b_.peer().Drop(Reason::kTransportLost, 1006);
  hub_.Advance(50min);
  const Explanation said = ExplainedBy(hub_, Id('1'), Id('7'));
  EXPECT_THAT(ToText(said.findings),
              ElementsAre("PH-E08 certain 7: " + std::string(Id('b').text()) +
                          ": transport_lost, close code 1006"));
  EXPECT_EQ(VerdictText(said), "cause certain PH-E08");
  EXPECT_EQ(FoundIn(said, FindingCode::kNoPath).moments.at(0).what, "lost");
  hub_.Advance(11min);
  EXPECT_EQ(VerdictText(ExplainedBy(hub_, Id('1'), Id('7'))), "cause likely PH-E01");
}

TEST_F(AMeshHub, ThatCannotBeReachedIsNamed) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  const UnixMillis down_since = hub_.clock().Read().unix_ms;
  b_.peer().Drop(Reason::kTransportLost, 1006);
  hub_.Advance(1s);
  const Explanation said = ExplainedBy(hub_, Id('1'), Id('7'));
  EXPECT_THAT(ToText(said.findings),
              ElementsAre("PH-E08 certain 7: " + std::string(Id('b').text()) +
                          ": transport_lost, close code 1006"));
  EXPECT_EQ(VerdictText(said), "cause certain PH-E08");
  const Finding down = FoundIn(said, FindingCode::kNoPath);
  EXPECT_EQ(down.reason, Reason::kTransportLost);
  EXPECT_EQ(down.moments.at(0).unix_ms, down_since);
  EXPECT_EQ(down.events.size(), 1u);
}

// Its peers are forgotten with it.
TEST_F(AMeshHub, ThatWasLostMayBeWhyAPeerIsNotKnown) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  d_.peer().Drop(Reason::kGoodbye, 1000);
  b_.peer().Drop(Reason::kTransportLost, 1006);
  const UnixMillis down_since = hub_.clock().Read().unix_ms;
  hub_.Advance(1min);
  const Explanation said = ExplainedBy(hub_, Id('1'), Id('8'));
  EXPECT_THAT(ToText(said.findings),
              ElementsAre("PH-E01 likely 8", "PH-E08 possible: " + std::string(Id('b').text()) +
                                                 ": transport_lost, close code 1006"));
  EXPECT_EQ(FoundIn(said, FindingCode::kNoPath).moments.at(0).unix_ms, down_since);
  hub_.Advance(1h);
  EXPECT_THAT(ToText(ExplainedBy(hub_, Id('1'), Id('8')).findings),
              ElementsAre("PH-E01 certain 8"));
}

TEST_F(AMeshHub, ThatCameBackIsNotLost) {
  hub_.Join(Id('1'), "room");
  b_.peer().Drop(Reason::kTransportLost, 1006);
  hub_.Advance(1s);
  LinkedMeshHub again(hub_, 'b');
  EXPECT_THAT(ToText(ExplainedBy(hub_, Id('1'), Id('8')).findings), ElementsAre("PH-E01 likely 8"));
}

TEST(Explain, SaysThatTwoOfALargeNamespaceWereNotIntroduced) {
  HubOptions options = HubServer();
  options.full_introductions = 1;
  options.discovery_limit = 2;
  HubFixture hub(std::move(options));
  for (uint32_t i = 0; i < 20; ++i) hub.Join(NumberedId(i * 7919), "room");
  hub.Advance(5s);
  size_t strangers = 0;
  size_t acquainted = 0;
  for (uint32_t i = 0; i < 19; ++i) {
    const Explanation said = ExplainedBy(hub, NumberedId(19 * 7919), NumberedId(i * 7919));
    ASSERT_EQ(said.findings.size(), 1u);
    if (said.because == FindingCode::kNotIntroduced) {
      EXPECT_EQ(ToText(said.findings[0]), "PH-E09 certain: room");
      ++strangers;
    } else {
      EXPECT_EQ(said.because, FindingCode::kNoOffer);
      ++acquainted;
    }
  }
  EXPECT_EQ(acquainted, 2u) << "the last one met two, and nobody came after it";
  EXPECT_EQ(strangers, 17u);
}

TEST(Explain, SaysThatNobodyOfferedAndWhoIsTo) {
  HubFixture hub;
  hub.Join(Id('b'), "room");
  hub.Join(Id('a'), "room");
  EXPECT_EQ(VerdictText(ExplainedBy(hub, Id('a'), Id('b'))), "under way likely PH-E10");
  hub.Advance(5s);
  const Explanation said = ExplainedBy(hub, Id('a'), Id('b'));
  EXPECT_THAT(ToText(said.findings), ElementsAre(StartsWith("PH-E10 likely b: ")));
  EXPECT_EQ(VerdictText(said), "cause likely PH-E10");
}

TEST(Explain, WaitsForAnOfferAlsoWhenTheClockOfTheWallIsSet) {
  HubFixture hub;
  hub.Join(Id('b'), "room");
  hub.Join(Id('a'), "room");
  hub.clock().SetWallForward(1h);
  EXPECT_EQ(VerdictText(ExplainedBy(hub, Id('a'), Id('b'))), "under way likely PH-E10");
  hub.clock().SetWallForward(-2h);
  hub.Advance(5s);
  const Explanation said = ExplainedBy(hub, Id('a'), Id('b'));
  EXPECT_EQ(VerdictText(said), "cause likely PH-E10");
  EXPECT_EQ(FoundIn(said, FindingCode::kNoOffer).moments.at(0).unix_ms,
            hub.clock().Read().unix_ms - 5000)
      << "by the clock as it is now";
}

TEST(Explain, DoesNotTakeTheHandshakeOfAnEarlierConnectionForThisOne) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  a.Offer(b.id(), "room", "1");
  hub.Advance(5s);
  EXPECT_EQ(ExplainedBy(hub, a.id(), b.id()).because, FindingCode::kNoAnswer);
  b.Drop();
  hub.Advance(1s);
  hub.Join(Id('b'), "room");
  hub.Advance(5s);
  EXPECT_EQ(ExplainedBy(hub, a.id(), b.id()).because, FindingCode::kNoOffer);
}

TEST(Findings, HaveTextsThatSayWhatIsSoAndWhatToDo) {
  ASSERT_EQ(FindingTexts().size(), kFindingCount);
  for (const FindingText& text : FindingTexts()) {
    EXPECT_EQ(FindFinding(text.name), text.code);
    EXPECT_FALSE(text.title.empty()) << text.name;
    EXPECT_TRUE(text.cause.ends_with(".")) << text.name;
    EXPECT_TRUE(text.action.ends_with(".")) << text.name;
  }
  EXPECT_EQ(FindFinding("ph-e14"), FindingCode::kNoAnswer);
  for (const char* none : {"", "PH-E00", "PH-E1", "PH-E014", "PH-E30"}) {
    EXPECT_EQ(FindFinding(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace pigeonhub
