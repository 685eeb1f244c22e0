// SPDX-License-Identifier: Apache-2.0
//
// Who is a hub: admission, quotas, RegisterHub and its opposite.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"
#include "tests/core/mesh/linked_mesh_hub.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

HubOptions Denying() {
  HubOptions options;
  options.hub_admission = HubAdmission::kDeny;
  return options;
}

TEST(Hubs, AreThoseThatAnnounceOnTheHubMeshNamespace) {
  HubFixture hub;
  FakePeer one = hub.Connect(Id('1'));
  one.Announce(kMesh);
  EXPECT_TRUE(hub.IsPeerHub(Id('1')));
  EXPECT_EQ(hub.hub().Stats().hubs, 1u);
}

TEST(Hubs, AreThoseThatSaySoOnAnyNamespaceButOnlyTheMeshMakesALink) {
  HubFixture hub;
  FakePeer one = hub.Connect(Id('1'));
  one.Announce("room", "", /*is_hub=*/true);
  EXPECT_TRUE(hub.IsPeerHub(Id('1')));
  EXPECT_FALSE(hub.inbox(one.connection()).is_link);
  one.Report(Id('a'), "room");
  EXPECT_EQ(hub.counted(Reason::kNotAHub), 1u);
}

TEST(Hubs, MeetEachOtherFlaggedAsHubs) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'), R"("region":"eu")");
  FakePeer two = hub.Connect(Id('2'));
  two.Announce(kMesh, R"("region":"us")");
  EXPECT_THAT(one.Take(), ElementsAre(R"(discovered hub 2 in pigeonhub-mesh {"region":"us"})"));
  EXPECT_THAT(two.Take(), ElementsAre(R"(discovered hub 1 in pigeonhub-mesh {"region":"eu"})"));
  two.Drop();
  EXPECT_THAT(one.Take(), ElementsAre("disconnected hub 2 in pigeonhub-mesh: disconnected"));
}

TEST(Hubs, TellStrangersNothingOfThemselvesButThatTheyAreThere) {
  HubOptions options = Denying();
  options.hub_allow = {{Id('1')}, {Id('2')}};
  HubFixture hub(options);
  const std::string words = R"("host":"h","port":1,"url":"wss://h?k=s3cret")";
  FakePeer one = hub.JoinAsHub(Id('1'), words);
  FakePeer stranger = hub.Connect(Id('a'));
  stranger.Announce(kMesh, R"("me":1)", /*is_hub=*/true);
  EXPECT_THAT(stranger.Take(), ElementsAre("discovered hub 1 in pigeonhub-mesh"))
      << "it came later";
  FakePeer two = hub.Connect(Id('2'));
  two.Announce(kMesh, words, /*is_hub=*/true);
  EXPECT_THAT(stranger.Take(), ElementsAre("discovered hub 2 in pigeonhub-mesh"))
      << "it was there before";
  one.Take();
  one.Announce(kMesh, R"("port":2)", /*is_hub=*/true);
  EXPECT_THAT(stranger.Take(), ElementsAre("discovered hub 1 in pigeonhub-mesh")) << "a change";
  EXPECT_THAT(two.Take(), Contains(R"(discovered hub 1 in pigeonhub-mesh {"port":2})"));
  stranger.Announce(kMesh, R"("me":1)", /*is_hub=*/true);
  EXPECT_THAT(stranger.Take(), ElementsAre("discovered hub 1 in pigeonhub-mesh",
                                           "discovered hub 2 in pigeonhub-mesh"));
  EXPECT_THAT(one.Take(), Contains(R"(discovered a in pigeonhub-mesh {"me":1})"))
      << "hubs hear strangers";
  FakePeer other = hub.Connect(Id('b'));
  other.Announce(kMesh);
  EXPECT_THAT(other.Take(), Contains("discovered a in pigeonhub-mesh"))
      << "it may be a hub that is not admitted";
}

TEST(Hubs, OfAnyNamespaceTellItsMembersNoMoreEither) {
  HubFixture hub;
  FakePeer one = hub.Connect(Id('1'));
  one.Announce("room", R"("port":1)", /*is_hub=*/true);
  FakePeer two = hub.Connect(Id('2'));
  two.Announce("room", R"("port":2)", /*is_hub=*/true);
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("room");
  EXPECT_THAT(a.Take(), ElementsAre("discovered hub 1 in room", "discovered hub 2 in room"));
  EXPECT_THAT(one.Take(), Contains(R"(discovered hub 2 in room {"port":2})"));
}

TEST(Hubs, BehindOtherHubsAreShownToHubsAlone) {
  HubFixture hub{HubServer()};
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Join(Id('a'), "room");
  const PeerId far = Id('9');
  one.Send(inbound::PeerReport{"room", far.text(), ProfileOf(R"("port":9)", /*is_hub=*/true)});
  EXPECT_THAT(a.Take(), ElementsAre("discovered hub 9 in room"));
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("room");
  EXPECT_THAT(b.Take(), Contains("discovered hub 9 in room"));
}

TEST(Hubs, SignalEachOther) {
  HubFixture hub;
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer two = hub.JoinAsHub(Id('2'));
  hub.ForgetMessages();
  one.Offer(two.id(), kMesh, "1");
  EXPECT_THAT(two.Take(), ElementsAre("offer 1 to 2 in pigeonhub-mesh 1"));
}

TEST(Hubs, AreListedInOrderOfRegistrationWithWhatTheySay) {
  HubFixture hub;
  const UnixMillis begin = hub.clock().Read().unix_ms;
  FakePeer two = hub.JoinAsHub(Id('2'), R"("port":2)");
  hub.Advance(5s);
  FakePeer one = hub.JoinAsHub(Id('1'), R"("port":1)");
  hub.Advance(1s);
  two.Ping();

  const std::vector<HubRecord> hubs = hub.hub().ConnectedHubs();
  ASSERT_EQ(hubs.size(), 2u);
  EXPECT_EQ(hubs[0].peer, Id('2'));
  EXPECT_EQ(*hubs[0].network, kMesh);
  EXPECT_EQ(*hubs[0].profile.members, R"("port":2)");
  EXPECT_EQ(hubs[0].registered_at, begin);
  EXPECT_EQ(hubs[0].connected_at, begin);
  EXPECT_EQ(hubs[0].last_activity, begin + 6000);
  EXPECT_EQ(hubs[1].peer, Id('1'));
  EXPECT_EQ(hubs[1].registered_at, begin + 5000);

  const std::vector<HubRecord> others = hub.hub().ConnectedHubs(Id('2'));
  ASSERT_EQ(others.size(), 1u);
  EXPECT_EQ(others[0].peer, Id('1'));
}

TEST(Hubs, RegisterAndUnregisterInTheEvents) {
  HubFixture hub;
  FakePeer one = hub.Connect(Id('1'));
  hub.TakeEvents();
  one.Announce(kMesh);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("hub_registered 1, 1 in all", "namespace_created pigeonhub-mesh",
                          "peer_announced hub 1 in pigeonhub-mesh", "link_up 1"));
  one.Announce(kMesh);
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("peer_announced hub 1 in pigeonhub-mesh"));
  one.Drop();
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("namespace_removed pigeonhub-mesh", "link_down 1, 0 peers withdrawn",
                          "hub_unregistered 1, 0 in all",
                          "peer_disconnected 1 transport_lost 1006, 0 in all"));
  EXPECT_EQ(hub.hub().Stats().hubs, 0u);
}

TEST(Hubs, AreNoneAnyMoreOnceTheyAnnounceAsPeers) {
  HubFixture hub;
  FakePeer one = hub.Join(Id('1'), "room");
  FakePeer friend_of_one = hub.Join(Id('a'), "room");
  one.Announce("room", "", /*is_hub=*/true);
  EXPECT_THAT(friend_of_one.Take(), ElementsAre("discovered hub 1 in room"));
  one.Announce("room");
  EXPECT_THAT(friend_of_one.Take(), ElementsAre("discovered 1 in room"));
  EXPECT_FALSE(hub.IsPeerHub(Id('1')));
  one.Drop();
  EXPECT_EQ(hub.hub().Stats().hubs, 0u);
  EXPECT_THAT(friend_of_one.Take(), ElementsAre("disconnected 1 in room: disconnected"));
}

TEST(Hubs, AreAnnouncedByRealStandingNotByClaim) {
  HubFixture hub(Denying());
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer claimant = hub.Connect(Id('b'));
  claimant.Announce("room", "", /*is_hub=*/true);
  EXPECT_THAT(a.Take(), ElementsAre("discovered b in room"));
}

// ---- What RegisterHub says of a hub

RegisterHub Granting(const PeerId& peer, std::string_view region,
                     std::vector<std::string> capabilities, std::string_view members) {
  auto details = std::make_shared<HubDetails>();
  details->region = std::string(region);
  details->capabilities = std::move(capabilities);
  Profile profile = ProfileOf(members, true);
  profile.hub = std::move(details);
  return {peer, std::move(profile)};
}

TEST(GrantedHub, IsShownWithTheRegionAndCapabilitiesOfItsGrant) {
  HubOptions options = Denying();
  options.hub_allow = {{Id('2')}};
  HubFixture hub(options);
  FakePeer two = hub.JoinAsHub(Id('2'));
  ASSERT_TRUE(
      hub.Handle(Granting(Id('1'), "eu", {"relay"}, R"("region":"eu","capabilities":["relay"])"))
          .ok());
  FakePeer one = hub.Open(Id('1'));
  two.Take();
  one.Announce(kMesh, R"("port":1,"region":"x,\"y","capabilities":["a",{"b":[1]}],"z":2)");
  constexpr char kTold[] = R"({"port":1,"z":2,"region":"eu","capabilities":["relay"]})";
  EXPECT_THAT(two.Take(), ElementsAre(std::string("discovered hub 1 in pigeonhub-mesh ") + kTold));
  const std::vector<HubRecord> hubs = hub.hub().ConnectedHubs();
  ASSERT_EQ(hubs.size(), 2u);
  EXPECT_TRUE(hubs[1].granted);
  EXPECT_EQ(hubs[1].profile.hub->region, "eu");
  EXPECT_EQ("{" + *hubs[1].profile.members + "}", kTold);
}

TEST(GrantedHub, IsToldOfAgainWhenTheGrantChangesAndEnds) {
  HubOptions options = Denying();
  options.hub_allow = {{Id('2')}};
  HubFixture hub(options);
  FakePeer two = hub.JoinAsHub(Id('2'));
  FakePeer one = hub.JoinAsHub(Id('1'), R"("region":"x")");
  two.Take();
  ASSERT_TRUE(hub.Handle(Granting(Id('1'), "eu", {}, R"("region":"eu")")).ok());
  EXPECT_THAT(two.Take(), ElementsAre(R"(discovered hub 1 in pigeonhub-mesh {"region":"eu"})"));
  ASSERT_TRUE(hub.Handle(Granting(Id('1'), "us", {}, R"("region":"us")")).ok());
  EXPECT_THAT(two.Take(), ElementsAre(R"(discovered hub 1 in pigeonhub-mesh {"region":"us"})"));
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('1')}).ok());
  EXPECT_THAT(two.Take(), ElementsAre(R"(discovered 1 in pigeonhub-mesh {"region":"x"})"));
}

TEST(GrantedHub, IsOneOfSoManyAtTheMost) {
  HubOptions options = Denying();
  options.limits.hubs_named = 2;
  HubFixture hub(options);
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('2'), {}}).ok());
  EXPECT_EQ(hub.Handle(RegisterHub{Id('3'), {}}).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(hub.Handle(RegisterHub{Id('2'), {}}).ok()) << "it is one of them";
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('1')}).ok());
  EXPECT_TRUE(hub.Handle(RegisterHub{Id('3'), {}}).ok());
}

TEST(GrantedHub, ThatIsNotConnectedIsExpected) {
  HubFixture hub(Denying());
  ASSERT_TRUE(hub.Handle(Granting(Id('2'), "eu", {}, R"("region":"eu")")).ok());
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  const std::vector<HubRecord> expected = hub.hub().HubsExpected();
  ASSERT_EQ(expected.size(), 2u);
  EXPECT_EQ(expected[0].peer, Id('2'));
  EXPECT_EQ(expected[0].profile.hub->region, "eu");
  EXPECT_FALSE(expected[0].connected);
  hub.Open(Id('2'));
  EXPECT_EQ(hub.hub().HubsExpected().size(), 1u);
  EXPECT_TRUE(hub.hub().ConnectedHubs().at(0).granted);
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('1')}).ok());
  EXPECT_THAT(hub.hub().HubsExpected(), IsEmpty());
}

TEST(GrantedHub, IsNeitherOurselvesNorInQuarantineNorDescribedAtLength) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('1')}).ok());
  const RegisterHub own{hub.hub().Stats().hub_peer_id, {}};
  const RegisterHub quarantined{Id('1'), {}};
  const RegisterHub large = Granting(Id('2'), "", {}, R"("n":")" + std::string(4096, 'n') + '"');
  EXPECT_EQ(hub.Handle(own).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(hub.Handle(quarantined).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(hub.Handle(large).code(), absl::StatusCode::kOutOfRange);
  for (const RegisterHub& each : {own, quarantined, large}) {
    EXPECT_EQ(hub.hub().Check(each), hub.Handle(each));
  }
  EXPECT_THAT(hub.hub().HubsExpected(), IsEmpty());
}

// ---- Admission

TEST(HubAdmissionDenied, AnswersAMeshHubSo) {
  HubFixture hub(Denying());
  FakePeer one = hub.Connect(Id('1'));
  one.Send(inbound::Announce{kMesh, MeshHubProfile()});
  ASSERT_FALSE(hub.inbox(one.connection()).messages.empty());
  const auto* error = std::get_if<outbound::Error>(&hub.inbox(one.connection()).messages.front());
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->reason, "hub_not_admitted");
}

TEST(HubAdmissionDenied, LeavesAnOrdinaryPeerAndSaysWhy) {
  HubFixture hub(Denying());
  FakePeer one = hub.Connect(Id('1'));
  hub.TakeEvents();
  one.Announce(kMesh);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("hub_refused 1 hub_not_admitted", "namespace_created pigeonhub-mesh",
                          "peer_announced 1 in pigeonhub-mesh"));
  EXPECT_FALSE(hub.IsPeerHub(Id('1')));
  EXPECT_EQ(hub.counted(Reason::kHubNotAdmitted), 1u);
  EXPECT_EQ(one.closed(), std::nullopt);
  EXPECT_THAT(one.Take(), Not(Contains(HasSubstr("error")))) << "as in the reference";

  FakePeer two = hub.Join(Id('2'), kMesh);
  EXPECT_THAT(one.Take(), IsEmpty()) << "Join empties all inboxes";
  two.Offer(one.id(), kMesh, "1");
  EXPECT_THAT(one.Take(), ElementsAre("offer 2 to 1 in pigeonhub-mesh 1"));
}

TEST(HubAdmissionDenied, AdmitsWhoIsOnTheAllowList) {
  HubOptions options = Denying();
  options.hub_allow = {{Id('1')}};
  HubFixture hub(options);
  hub.JoinAsHub(Id('1'));
  hub.JoinAsHub(Id('2'));
  EXPECT_TRUE(hub.IsPeerHub(Id('1')));
  EXPECT_FALSE(hub.IsPeerHub(Id('2')));
}

TEST(HubAdmissionDenied, LetsARefusedHubInWhenItIsGrantedLater) {
  HubFixture hub(Denying());
  FakePeer one = hub.JoinAsHub(Id('1'));
  EXPECT_FALSE(hub.inbox(one.connection()).is_link);
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  EXPECT_TRUE(hub.inbox(one.connection()).is_link);
  FakePeer a = hub.Join(Id('a'), "room");
  one.Report(Id('f'), "room");
  EXPECT_THAT(a.Take(), ElementsAre("discovered f in room"));
}

TEST(HubAdmissionOpen, BoundsTheRegistryAndTheSizeOfAnEntry) {
  HubOptions options;
  options.limits.hubs = 1;
  options.limits.hub_entry = 10;
  HubFixture hub(options);
  FakePeer big = hub.Connect(Id('1'));
  hub.TakeEvents();
  big.Announce(kMesh, "12345678901");
  EXPECT_THAT(
      hub.TakeEvents(),
      ElementsAre("limit_hit hub_entry_too_large times 1", "hub_refused 1 hub_entry_too_large",
                  "namespace_created pigeonhub-mesh", "peer_announced 1 in pigeonhub-mesh"));
  big.Announce(kMesh, "1234567890");
  EXPECT_TRUE(hub.IsPeerHub(Id('1')));
  FakePeer second = hub.JoinAsHub(Id('2'));
  EXPECT_FALSE(hub.IsPeerHub(Id('2')));
  EXPECT_EQ(hub.counted(Reason::kHubRegistryFull), 1u);

  big.Announce(kMesh, "12345678901");
  EXPECT_FALSE(hub.IsPeerHub(Id('1'))) << "the entry would be too large now";
  second.Announce(kMesh);
  EXPECT_TRUE(hub.IsPeerHub(Id('2')));
}

// ---- RegisterHub and UnregisterHub

TEST(RegisterHub, MakesAConnectedPeerAHubAndTellsItsNamespace) {
  HubFixture hub(Denying());
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer one = hub.Join(Id('1'), "room");
  hub.ForgetMessages();
  ASSERT_TRUE(hub.Handle(Granting(Id('1'), "eu", {}, R"("region":"eu")")).ok());
  EXPECT_THAT(a.Take(), ElementsAre("discovered hub 1 in room"));
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("hub_registered 1, 1 in all"));
  ASSERT_TRUE(hub.Handle(Granting(Id('1'), "eu", {}, R"("region":"eu")")).ok());
  EXPECT_THAT(hub.last_effects(), IsEmpty());
}

TEST(RegisterHub, WaitsForAPeerThatIsNotConnected) {
  HubFixture hub(Denying());
  ASSERT_TRUE(hub.Handle(Granting(Id('1'), "eu", {}, R"("region":"eu")")).ok());
  EXPECT_EQ(hub.hub().Stats().hubs, 0u);
  EXPECT_FALSE(hub.IsPeerHub(Id('1')));
  FakePeer one = hub.Connect(Id('1'));
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("peer_connected 1 from 192.0.2.1, 1 in all",
                                            "hub_registered 1, 1 in all"));
  const std::vector<HubRecord> hubs = hub.hub().ConnectedHubs();
  ASSERT_EQ(hubs.size(), 1u);
  EXPECT_EQ(hubs[0].network, nullptr);
  EXPECT_EQ(*hubs[0].profile.members, R"("region":"eu")");

  one.Announce(kMesh, R"("region":"us")");
  EXPECT_EQ(*hub.hub().ConnectedHubs().at(0).profile.members, R"("region":"eu")");
  one.Drop();
  EXPECT_EQ(hub.hub().Stats().hubs, 0u);
  hub.Connect(Id('1'));
  EXPECT_EQ(hub.hub().Stats().hubs, 1u) << "the grant outlives the connection";
}

TEST(RegisterHub, HoldsWhateverThePeerSaysOfItself) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  FakePeer one = hub.Join(Id('1'), "room");
  EXPECT_TRUE(hub.IsPeerHub(Id('1')));
}

TEST(UnregisterHub, MakesAnOrdinaryPeerOfItAndTellsItsNamespace) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer one = hub.Connect(Id('1'));
  one.Announce("room", "", /*is_hub=*/true);
  hub.ForgetMessages();
  hub.TakeEvents();
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('1')}).ok());
  EXPECT_THAT(a.Take(), ElementsAre("discovered 1 in room"));
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("hub_unregistered 1, 0 in all"));
}

TEST(UnregisterHub, TellsAHubThatWouldThinkThatItsLinkIsUp) {
  HubFixture hub(HubServer(Id('c')));
  LinkedMeshHub b(hub, 'b');
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('b')}).ok());
  EXPECT_THAT(b.Take(), Contains("error: Not admitted as a hub: hub_not_admitted"));
}

TEST(UnregisterHub, TakesAGrantBack) {
  HubFixture hub(Denying());
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  ASSERT_TRUE(hub.Handle(UnregisterHub{Id('1')}).ok());
  hub.JoinAsHub(Id('1'));
  EXPECT_EQ(hub.hub().Stats().hubs, 0u);
}

TEST(UnregisterHub, SaysSoWhereThereIsNone) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  EXPECT_EQ(hub.Handle(UnregisterHub{Id('a')}).code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(hub.Handle(UnregisterHub{Id('b')}).code(), absl::StatusCode::kNotFound);
}

TEST(DisconnectPeer, ClosesThePeerAndSaysSoWhereThereIsNone) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  ASSERT_TRUE(hub.Handle(DisconnectPeer{Id('a')}).ok());
  EXPECT_EQ(a.closed(), Reason::kOperator);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("namespace_removed room", "peer_disconnected a operator 1000, 0 in all"));
  EXPECT_EQ(hub.Handle(DisconnectPeer{Id('a')}).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace pigeonhub
