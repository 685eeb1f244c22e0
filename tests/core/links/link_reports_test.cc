// SPDX-License-Identifier: Apache-2.0
//
// What becomes of what a linked hub says of its peers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/links/linked_reference_hub.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Reports : public LinkedReferenceHub {};

INSTANTIATE_TEST_SUITE_P(PlainAndHub, Reports, ::testing::Bool(), PlainOrHub);

TEST_P(Reports, ReachTheMembersOfThatNamespace) {
  one_.Report(Id('f'), "room", R"("n":1)");
  EXPECT_THAT(a_.Take(), ElementsAre(R"(discovered f in room {"n":1})"));
  EXPECT_THAT(outsider_.Take(), IsEmpty());
  EXPECT_THAT(one_.Take(), IsEmpty());
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 1u);
}

TEST_P(Reports, AreRememberedForLateJoiners) {
  one_.Report(Id('f'), "room", R"("n":1)");
  FakePeer late = hub_.Connect(Id('c'));
  late.Announce("room");
  EXPECT_THAT(late.Take(), ElementsAre("discovered a in room", R"(discovered f in room {"n":1})"));
}

TEST_P(Reports, OfNamespacesWithoutMembersAreRememberedToo) {
  one_.Report(Id('f'), "empty");
  EXPECT_EQ(hub_.hub().Stats().networks, 3u) << "only those with local members count";
  FakePeer late = hub_.Connect(Id('c'));
  late.Announce("empty");
  EXPECT_THAT(late.Take(), ElementsAre("discovered f in empty"));
}

TEST_P(Reports, AgainTellTheNews) {
  one_.Report(Id('f'), "room");
  one_.Report(Id('f'), "room", R"("n":1)");
  EXPECT_THAT(a_.Take(), ElementsAre("discovered f in room", R"(discovered f in room {"n":1})"));
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 1u);
}

TEST_P(Reports, OfAnotherNamespaceMoveThePeer) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.Report(Id('f'), "other");
  EXPECT_THAT(a_.Take(), ElementsAre("disconnected f in room: moved"));
  EXPECT_THAT(outsider_.Take(), ElementsAre("discovered f in other"));
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 1u);
}

TEST_P(Reports, AreTakenBackByAWithdrawal) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.Withdraw(Id('f'), "room", "bye");
  EXPECT_THAT(a_.Take(), ElementsAre("disconnected f in room: bye"));
  FakePeer late = hub_.Connect(Id('c'));
  late.Announce("room");
  EXPECT_THAT(late.Take(), ElementsAre("discovered a in room"));
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
}

TEST_P(Reports, AreTakenBackUnderGlobalTooAsReferenceHubsDoAfterAGoodbye) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.Withdraw(Id('f'), "global");
  EXPECT_THAT(a_.Take(), ElementsAre("disconnected f in room: disconnected"));
}

TEST_P(Reports, AreNotTakenBackByOldNewsOfAnotherNamespace) {
  one_.Report(Id('f'), "room");
  one_.Report(Id('f'), "other");
  hub_.ForgetMessages();
  one_.Withdraw(Id('f'), "room");
  EXPECT_THAT(outsider_.Take(), IsEmpty());
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 1u);
}

TEST_P(Reports, PassAGoodbyeOnThatThePeerItselfSaid) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.RelayGoodbye(Id('f'), "room", "1");
  EXPECT_THAT(a_.Take(), ElementsAre("goodbye f in room 1", "disconnected f in room: goodbye"));
  EXPECT_EQ(one_.closed(), std::nullopt);
}

TEST_P(Reports, HoldAGoodbyeToTheSizeOfAnAnnounce) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.RelayGoodbye(Id('f'), "room", std::string(16 * 1024 + 1, '1'));
  EXPECT_THAT(a_.Take(), ElementsAre("goodbye f in room", "disconnected f in room: goodbye"));
  EXPECT_EQ(hub_.counted(Reason::kGoodbyeTooLarge), 1u);
}

TEST_P(Reports, HoldAReasonToTheSizeOfACloseFrame) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.Withdraw(Id('f'), "room", std::string(124, 'x'));
  EXPECT_THAT(a_.Take(), ElementsAre("disconnected f in room: disconnected"));
}

TEST_P(Reports, FromAHubAboutItselfSayNothingNew) {
  one_.Report(Id('1'), kMesh);
  one_.Report(Id('1'), "room");
  EXPECT_THAT(hub_.last_effects(), IsEmpty());
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
}

TEST_P(Reports, OfTheHubMeshNamespaceAreLeftToTheHubsThemselves) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  hub_.ForgetMessages();
  one_.Report(Id('f'), kMesh);
  EXPECT_THAT(hub_.last_effects(), IsEmpty());
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
  one_.Drop();
  EXPECT_THAT(two.Take(), ElementsAre("disconnected hub 1 in pigeonhub-mesh: disconnected"));
}

TEST_P(Reports, OfAPeerThatIsConnectedHereTakeNothing) {
  one_.Report(Id('a'), "room");
  EXPECT_EQ(hub_.counted(Reason::kRemoteClaimsLocal), 1u);
  EXPECT_THAT(hub_.last_lines(), ElementsAre("probe " + ToText(a_.connection())));
  one_.Withdraw(Id('a'), "room");
  EXPECT_EQ(hub_.counted(Reason::kRemoteUnknown), 1u);
  EXPECT_THAT(hub_.last_effects(), IsEmpty());
}

TEST_P(Reports, ThatMakeNoSenseAreCounted) {
  one_.Send(inbound::PeerReport{"room", "nobody", {}});
  one_.Send(inbound::PeerWithdrawal{"room", "nobody", ""});
  EXPECT_EQ(hub_.counted(Reason::kInvalidMessage), 2u);
  one_.Report(Id('f'), "a\nb");
  EXPECT_EQ(hub_.counted(Reason::kNamespaceNameInvalid), 1u);
  one_.Report(Id('f'), "room", std::string(16 * 1024 + 1, '1'));
  EXPECT_EQ(hub_.counted(Reason::kAnnounceTooLarge), 1u);
  one_.RelayGoodbye(Id('f'), "room");
  EXPECT_EQ(hub_.counted(Reason::kRemoteUnknown), 1u);
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
  EXPECT_THAT(a_.Take(), IsEmpty());
}

TEST_P(Reports, AreWithdrawnWithTheLinkButNeverAsAGoodbye) {
  one_.Report(Id('f'), "room");
  one_.Report(Id('e'), "room");
  one_.Report(Id('d'), "empty");
  hub_.ForgetMessages();
  one_.Drop();
  EXPECT_THAT(a_.Take(),
              ElementsAre("disconnected e in room: hub lost", "disconnected f in room: hub lost"));
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
}

TEST_P(Reports, AreWithdrawnWhenTheHubMovesOrIsUnregistered) {
  one_.Report(Id('f'), "room");
  one_.Announce("elsewhere");
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
  one_.Announce(kMesh);
  one_.Report(Id('f'), "room");
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 1u);
  ASSERT_TRUE(hub_.Handle(UnregisterHub{Id('1')}).ok());
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
  one_.Report(Id('f'), "room");
  EXPECT_EQ(hub_.counted(Reason::kNotAHub), 1u);
}

TEST_P(Reports, AreHeldToTheShareOfTheirHub) {
  HubOptions options = Options(GetParam());
  options.limits.hub_share = 1'200;  // two entries
  HubFixture hub(options);
  FakePeer one = hub.JoinAsHub(Id('1'));
  for (uint32_t i = 0; i < 3; ++i) one.Report(NumberedId(i), "room");
  EXPECT_EQ(hub.counted(Reason::kRemoteTableFull), 1u);
  EXPECT_EQ(hub.hub().Stats().remote_peers, 2u);
  one.Report(NumberedId(0), "room");
  EXPECT_EQ(hub.counted(Reason::kRemoteTableFull), 1u) << "known already";
  one.Withdraw(NumberedId(0), "room");
  one.Report(NumberedId(2), "room");
  EXPECT_EQ(hub.hub().Stats().remote_peers, 2u);
}

// ---- Several ways to one peer

TEST_P(Reports, ByTwoHubsTellOnceAndTheSecondOneOutlivesTheFirst) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  hub_.ForgetMessages();
  one_.Report(Id('f'), "room");
  two.Report(Id('f'), "room");
  EXPECT_THAT(a_.Take(), ElementsAre("discovered f in room"));
  a_.Offer(Id('f'), "room", "1");
  EXPECT_THAT(one_.Take(), Contains("offer a to f in room 1")) << "the first to tell of it";
  one_.Drop();
  EXPECT_THAT(a_.Take(), IsEmpty());
  two.Take();
  a_.Offer(Id('f'), "room", "2");
  EXPECT_THAT(two.Take(), ElementsAre("offer a to f in room 2"));
  two.Withdraw(Id('f'), "room", "bye");
  EXPECT_THAT(a_.Take(), ElementsAre("disconnected f in room: bye"));
}

TEST_P(Reports, ByTwoHubsAreTakenBackByTheSecondWithoutAWord) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  one_.Report(Id('f'), "room");
  two.Report(Id('f'), "room");
  hub_.ForgetMessages();
  two.Withdraw(Id('f'), "room");
  EXPECT_THAT(a_.Take(), IsEmpty());
  two.Withdraw(Id('f'), "room");
  EXPECT_EQ(hub_.counted(Reason::kRemoteUnknown), 1u);
}

TEST_P(Reports, ByTwoHubsEndAllAtOnceWithAGoodbye) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  one_.Report(Id('f'), "room");
  two.Report(Id('f'), "room");
  hub_.ForgetMessages();
  two.RelayGoodbye(Id('f'), "room");
  EXPECT_THAT(a_.Take(), ElementsAre("goodbye f in room", "disconnected f in room: goodbye"));
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
}

// ---- A peer that comes from another hub to this one

TEST_P(Reports, YieldToThePeerItself) {
  one_.Report(Id('f'), "room", R"("n":1)");
  hub_.ForgetMessages();
  FakePeer f = hub_.Connect(Id('f'));
  f.Announce("room", R"("n":2)");
  EXPECT_THAT(a_.Take(), ElementsAre(R"(discovered f in room {"n":2})"));
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u);
  a_.Offer(f.id(), "room", "1");
  EXPECT_THAT(f.Take(), Contains("offer a to f in room 1"));

  one_.Withdraw(Id('f'), "room");
  EXPECT_THAT(a_.Take(), IsEmpty()) << "the old owner's late news";
  f.Drop();
  EXPECT_THAT(a_.Take(), ElementsAre("disconnected f in room: disconnected"));
}

TEST_P(Reports, YieldToThePeerItselfInAnotherNamespace) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  FakePeer f = hub_.Connect(Id('f'));
  f.Announce("other");
  EXPECT_THAT(a_.Take(), ElementsAre("disconnected f in room: moved"));
  EXPECT_THAT(outsider_.Take(), ElementsAre("discovered f in other"));
}

}  // namespace
}  // namespace pigeonhub
