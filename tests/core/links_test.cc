// SPDX-License-Identifier: Apache-2.0
//
// Hubs that link to us: what they are told of our peers, what becomes of theirs. The hub under test
// is a hub server here, unless a test says plain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kMesh[] = "pigeonhub-mesh";

HubOptions HubServer() {
  HubOptions options;
  options.is_hub = true;
  return options;
}

// ---- What a link is told

TEST(Link, IsToldOfAllOurPeersWhenItComesUp) {
  HubFixture hub(HubServer());
  hub.Join(Id('b'), "room", R"("n":1)");
  hub.Join(Id('a'), "other");
  hub.Connect(Id('c'));
  FakePeer one = hub.Connect(Id('1'));
  one.Announce(kMesh);
  EXPECT_THAT(one.Take(), ElementsAre(R"(discovered b in room {"n":1} (link))",
                                      "discovered a in other (link)"));
  EXPECT_TRUE(hub.inbox(one.connection()).is_link);
}

TEST(Link, IsToldOfJoinsNewsMovesAndLeaves) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("room");
  a.Announce("room", R"("n":1)");
  EXPECT_THAT(one.Take(),
              ElementsAre("discovered a in room (link)", R"(discovered a in room {"n":1} (link))"));
  a.Announce("other");
  EXPECT_THAT(one.Take(),
              ElementsAre("disconnected a in room: moved (link)", "discovered a in other (link)"));
  a.Drop(Reason::kPeerClosed, 1000, "bye");
  EXPECT_THAT(one.Take(), ElementsAre("disconnected a in other: bye (link)"));
}

TEST(Link, IsToldThatAPeerSaidGoodbye) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Join(Id('a'), "room");
  a.Goodbye();
  EXPECT_THAT(one.Take(), ElementsAre("disconnected a in room: goodbye (link)"));
}

TEST(Link, IsNotToldOfHubsAsPeers) {
  HubFixture hub(HubServer());
  FakePeer hub_on_app = hub.Connect(Id('2'));
  hub_on_app.Announce("room", "", /*is_hub=*/true);
  hub.JoinAsHub(Id('3'));
  FakePeer one = hub.Connect(Id('1'));
  one.Announce(kMesh);
  EXPECT_THAT(one.Take(), ElementsAre("discovered hub 3 in pigeonhub-mesh"));
}

TEST(Link, IsToldOfTheLeaveOfAPeerThatBecomesAHubAndOfItsReturn) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("room");
  a.Announce("room", "", /*is_hub=*/true);
  a.Announce("room");
  EXPECT_THAT(one.Take(),
              ElementsAre("discovered a in room (link)", "disconnected hub a in room: hub (link)",
                          "discovered a in room (link)"));
}

TEST(Link, IsToldNothingByAPlainServer) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  FakePeer one = hub.Connect(Id('1'));
  one.Announce(kMesh);
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("room");
  b.Drop();
  EXPECT_THAT(one.Take(), IsEmpty());
}

// ---- Long lists for a link

class LongLinkList : public ::testing::Test {
 protected:
  static constexpr uint32_t kCrowd = 300;

  LongLinkList() {
    hub_.set_pull_lists(false);
    for (uint32_t i = 0; i < kCrowd; ++i) {
      // A namespace each: the lists under test are the link's.
      crowd_.push_back(hub_.Open(NumberedId(i)));
      crowd_.back().Announce("room " + std::to_string(i));
    }
    one_.Announce(kMesh);
  }
  std::vector<std::string> Rest() {
    while (one_.list_pending()) one_.WantMore();
    return one_.Take();
  }
  static std::string Discovered(uint32_t i) {
    const std::string number = std::to_string(i);
    return "discovered #" + number + " in room " + number + " (link)";
  }

  HubFixture hub_{HubServer()};
  std::vector<FakePeer> crowd_;
  FakePeer one_ = hub_.Connect(Id('1'));
};

TEST_F(LongLinkList, ComesInPieces) {
  EXPECT_LT(hub_.inbox(one_.connection()).messages.size(), kCrowd);
  const std::vector<std::string> all = Rest();
  ASSERT_EQ(all.size(), kCrowd);
  for (uint32_t i = 0; i < kCrowd; ++i) EXPECT_EQ(all[i], Discovered(i));
}

TEST_F(LongLinkList, ShowsEachAsItIsWhenItsTurnComes) {
  one_.Take();
  crowd_[200].Drop();
  crowd_[201].Announce("room 201", R"("n":1)");
  crowd_[202].Announce("moved");
  FakePeer joiner = hub_.Connect(Id('a'));
  joiner.Announce("room");
  crowd_[0].Drop();
  EXPECT_THAT(one_.Take(),
              ElementsAre("discovered #202 in moved (link)", "discovered a in room (link)",
                          "disconnected #0 in room 0: disconnected (link)"));
  const std::vector<std::string> rest = Rest();
  EXPECT_THAT(rest, Not(Contains(Discovered(200))));
  EXPECT_THAT(rest, Contains(R"(discovered #201 in room 201 {"n":1} (link))"));
  EXPECT_THAT(rest, Not(Contains("discovered #202 in moved (link)")));
  EXPECT_THAT(rest, Not(Contains("discovered a in room (link)")));
}

TEST_F(LongLinkList, GoesOnWhenTheLinkAnnouncesAgain) {
  const size_t told = one_.Take().size();
  one_.Announce(kMesh);
  EXPECT_THAT(Rest(), SizeIs(kCrowd - told));
}

TEST_F(LongLinkList, EndsWhenTheHubIsOneNoLonger) {
  one_.Take();
  ASSERT_TRUE(hub_.Handle(UnregisterHub{Id('1')}).ok());
  EXPECT_THAT(Rest(), IsEmpty()) << "an ordinary peer learns nothing of other namespaces";
}

TEST_F(LongLinkList, DoesNotLoseARemotePeerThatOnlyOpensASocketHere) {
  FakePeer two = hub_.Open(Id('2'));
  two.Announce(kMesh);
  two.Report(Id('f'), "room");
  FakePeer three = hub_.Connect(Id('3'));
  three.Announce(kMesh);
  FakePeer same_id = hub_.Connect(Id('f'));
  while (three.list_pending()) three.WantMore();
  EXPECT_THAT(three.Take(), Contains("discovered f in room (link)"));
}

// ---- What a link reports

class Reports : public ::testing::TestWithParam<bool> {
 protected:
  static HubOptions Options(bool is_hub) {
    HubOptions options;
    options.is_hub = is_hub;
    return options;
  }
  HubFixture hub_{Options(GetParam())};
  FakePeer one_ = hub_.JoinAsHub(Id('1'));
  FakePeer a_ = hub_.Join(Id('a'), "room");
  FakePeer outsider_ = hub_.Join(Id('b'), "other");
  void SetUp() override { hub_.ForgetMessages(); }
};

INSTANTIATE_TEST_SUITE_P(PlainAndHub, Reports, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "Hub" : "Plain"; });

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

TEST_P(Reports, AreCountedAgainstTheRemoteTable) {
  HubOptions options = Options(GetParam());
  options.limits.remote_peers = 2;
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

// ---- Signals over links

TEST_P(Reports, LeadSignalsToTheHubThatToldOfTheTarget) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  a_.Offer(Id('f'), "room", R"({"sdp":1})");
  EXPECT_THAT(one_.Take(), ElementsAre(R"(offer a to f in room {"sdp":1})"));
  EXPECT_THAT(two.Take(), IsEmpty());
  const auto& relayed = hub_.hub().counters().signals_relayed;
  EXPECT_EQ(relayed[static_cast<size_t>(SignalType::kOffer)].value(), 1u);
}

TEST_P(Reports, DoNotLeadSignalsAcrossNamespaces) {
  one_.Report(Id('f'), "other");
  hub_.ForgetMessages();
  a_.Offer(Id('f'), "room");
  a_.Offer(Id('f'), "other");
  EXPECT_THAT(one_.Take(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalOtherNamespace), 2u);
}

TEST_P(Reports, AreNotNeededToOfferAnUnknownTargetToEveryLink) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  hub_.ForgetMessages();
  a_.Offer(Id('f'), "room", "1");
  EXPECT_THAT(one_.Take(), ElementsAre("offer a to f in room 1"));
  EXPECT_THAT(two.Take(), ElementsAre("offer a to f in room 1"));
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 0u);
}

TEST_P(Reports, AreNotNeededForALocalTargetAndNothingGoesToTheHubs) {
  FakePeer c = hub_.Join(Id('c'), "room");
  hub_.ForgetMessages();
  a_.Offer(c.id(), "room", "1");
  EXPECT_THAT(c.Take(), ElementsAre("offer a to c in room 1"));
  EXPECT_THAT(one_.Take(), IsEmpty());
}

TEST_P(Reports, LetAHubSpeakForThePeersItToldOf) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), a_.id(), "room", "1");
  EXPECT_THAT(a_.Take(), ElementsAre("offer f to a in room 1"));
}

TEST_P(Reports, LetAHubSpeakForNobodyElse) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  two.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), a_.id(), "room");         // another hub's peer
  one_.RelayOffer(outsider_.id(), a_.id(), "room");  // a peer of ours
  one_.RelayOffer(Id('e'), a_.id(), "room");         // nobody's
  one_.Send(inbound::Signal{SignalType::kOffer, "room", "system", a_.id().text(), {}});
  EXPECT_EQ(hub_.counted(Reason::kSignalForgedSender), 4u);
  EXPECT_THAT(a_.Take(), IsEmpty());
}

TEST_P(Reports, HoldAHubsPeersToTheirNamespace) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), outsider_.id(), "room");
  one_.RelayOffer(Id('f'), outsider_.id(), "other");
  EXPECT_EQ(hub_.counted(Reason::kSignalOtherNamespace), 2u);
  one_.Send(inbound::Signal{SignalType::kOffer, "room", Id('f').text(), "", {}});
  EXPECT_EQ(hub_.counted(Reason::kSignalWithoutTarget), 1u);
  one_.RelayOffer(Id('f'), Id('e'), "room");
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 1u) << "not offered round";
  one_.Send(inbound::Signal{SignalType::kOffer, "room", Id('f').text(), "nobody", {}});
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 2u);
  EXPECT_THAT(outsider_.Take(), IsEmpty());
}

TEST_P(Reports, LetPeersOfTwoHubsSignalThroughUs) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  one_.Report(Id('f'), "room");
  two.Report(Id('e'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), Id('e'), "room", "1");
  EXPECT_THAT(two.Take(), ElementsAre("offer f to e in room 1"));
  EXPECT_THAT(one_.Take(), IsEmpty());
}

TEST_P(Reports, NeverSendASignalBackWhereItCameFrom) {
  one_.Report(Id('f'), "room");
  one_.Report(Id('e'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), Id('e'), "room");
  EXPECT_THAT(hub_.last_effects(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 1u);
}

TEST_P(Reports, LeaveAHubToSignalForItself) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  hub_.ForgetMessages();
  one_.RelayOffer(Id('1'), two.id(), kMesh, "1");
  EXPECT_THAT(two.Take(), ElementsAre("offer 1 to 2 in pigeonhub-mesh 1"));
}

// ---- A hub server passes on what it hears

TEST(HubServer, PassesReportsNewsAndWithdrawalsOnToOtherHubsOnly) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer two = hub.JoinAsHub(Id('2'));
  hub.ForgetMessages();
  one.Report(Id('f'), "room");
  one.Report(Id('f'), "room", R"("n":1)");
  one.Report(Id('f'), "other");
  one.Withdraw(Id('f'), "other", "bye");
  EXPECT_THAT(two.Take(),
              ElementsAre("discovered f in room (link)", R"(discovered f in room {"n":1} (link))",
                          "disconnected f in room: moved (link)", "discovered f in other (link)",
                          "disconnected f in other: bye (link)"));
  EXPECT_THAT(one.Take(), IsEmpty());
}

TEST(HubServer, PassesTheLossOfAHubOn) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer two = hub.JoinAsHub(Id('2'));
  one.Report(Id('f'), "room");
  hub.ForgetMessages();
  one.Drop();
  EXPECT_THAT(two.Take(), ElementsAre("disconnected hub 1 in pigeonhub-mesh: disconnected",
                                      "disconnected f in room: hub lost (link)"));
}

TEST(HubServer, TellsTheOldHubOfItsFormerPeerThatIsOnAnotherHubNow) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer two = hub.JoinAsHub(Id('2'));
  one.Report(Id('f'), "room");
  hub.ForgetMessages();
  two.Report(Id('f'), "room");
  EXPECT_THAT(one.Take(), ElementsAre("discovered f in room (link)"));
  one.Withdraw(Id('f'), "room");
  EXPECT_THAT(one.Take(), IsEmpty());
  EXPECT_THAT(two.Take(), ElementsAre("disconnected f in room: disconnected (link)"))
      << "nobody leads there any more but itself";
  two.Withdraw(Id('f'), "room", "bye");
  EXPECT_THAT(one.Take(), ElementsAre("disconnected f in room: bye (link)"));
  EXPECT_THAT(two.Take(), IsEmpty());
}

TEST(HubServer, TellsALateHubOfEverybodyOnce) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer two = hub.JoinAsHub(Id('2'));
  one.Report(Id('f'), "room");
  two.Report(Id('f'), "room");
  two.Report(Id('e'), "other");
  hub.Join(Id('a'), "room");
  FakePeer three = hub.Connect(Id('3'));
  three.Announce(kMesh);
  EXPECT_THAT(three.Take(),
              ElementsAre("discovered hub 1 in pigeonhub-mesh",
                          "discovered hub 2 in pigeonhub-mesh", "discovered a in room (link)",
                          "discovered f in room (link)", "discovered e in other (link)"));
}

TEST(HubServer, TellsTheOldHubThatItsPeerIsHereNow) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  one.Report(Id('f'), "room");
  FakePeer f = hub.Connect(Id('f'));
  f.Announce("room");
  EXPECT_THAT(one.Take(), ElementsAre("discovered f in room (link)"));
}

TEST(HubServer, WithdrawsARemotePeerThatComesHereAsAHub) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer two = hub.JoinAsHub(Id('2'));
  one.Report(Id('f'), "room");
  hub.ForgetMessages();
  FakePeer f = hub.Connect(Id('f'));
  f.Announce("room", "", /*is_hub=*/true);
  EXPECT_THAT(two.Take(), ElementsAre("disconnected hub f in room: hub (link)"));
}

// ---- The seam: a path need not be a link

TEST(RemotePresence, ComesAlongAnyPath) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  const PathId path(1000);
  ASSERT_TRUE(hub.Handle(RemoteJoin{path, Id('f'), "room", {}}).ok());
  EXPECT_THAT(hub.last_effects(), IsEmpty()) << "the path is not up";
  ASSERT_TRUE(hub.Handle(PathUp{path, Id('1')}).ok());
  ASSERT_TRUE(hub.Handle(RemoteJoin{path, Id('f'), "room", ProfileOf(R"("n":1)")}).ok());
  EXPECT_THAT(a.Take(), ElementsAre(R"(discovered f in room {"n":1})"));

  ASSERT_TRUE(
      hub.Handle(RemoteSignal{
                     path, Id('f'), {SignalType::kOffer, "room", "", Id('a').text(), Json("1")}})
          .ok());
  EXPECT_THAT(a.Take(), ElementsAre("offer f to a in room 1"));

  ASSERT_TRUE(hub.Handle(RemoteLeave{path, Id('f'), "room", "bye", std::nullopt}).ok());
  EXPECT_THAT(a.Take(), ElementsAre("disconnected f in room: bye"));
  ASSERT_TRUE(hub.Handle(RemoteJoin{path, Id('f'), "room", {}}).ok());
  hub.ForgetMessages();
  ASSERT_TRUE(hub.Handle(PathDown{path}).ok());
  EXPECT_THAT(a.Take(), ElementsAre("disconnected f in room: hub lost"));
  ASSERT_TRUE(hub.Handle(PathDown{path}).ok());
  EXPECT_THAT(hub.last_effects(), IsEmpty());
}

TEST(RemotePresence, KeepsNamespacesOnlyAsLongAsSomebodyIsInThem) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  one.Report(Id('f'), "room");
  FakePeer a = hub.Join(Id('a'), "room");
  hub.TakeEvents();
  a.Drop();
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("namespace_removed room",
                                            "peer_disconnected a transport_lost 1006, 1 in all"));
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("room");
  EXPECT_THAT(b.Take(), ElementsAre("discovered f in room"));
}

}  // namespace
}  // namespace pigeonhub
