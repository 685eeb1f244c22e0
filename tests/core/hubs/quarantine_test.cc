// SPDX-License-Identifier: Apache-2.0
//
// An operator closes a hub out, and lets it back in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hub_fixture.h"
#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using State = LinkRecord::State;

class Quarantine : public ::testing::Test {
 protected:
  // Chains and nothing else: these hubs advertise no address.
  void Chain(std::string_view hubs) {
    net_.Add(hubs[0]);
    for (size_t i = 1; i < hubs.size(); ++i) net_.Add(hubs[i], hubs.substr(i - 1, 1));
  }
  void HandleAt(char hub, const Input& input) {
    net_.HandleAt(hub, input);
    net_.Advance(0s);
  }
  uint64_t Refused(char hub) {
    const std::vector<QuarantinedHub> hubs = net_.hub(hub).QuarantinedHubs();
    return hubs.size() == 1 ? hubs[0].refused : 0;
  }
  HubNet net_;
};

TEST_F(Quarantine, ClosesOutAHubThatDialsUntilItIsReleased) {
  Chain("ab");
  net_.Join('a', '1', "room");
  net_.Join('b', '2', "room");
  net_.Take('1');
  HandleAt('a', QuarantineHub{Id('b')});
  const auto expect_refusal = [&] {
    const LinkRecord link = net_.hub('b').Links().at(0);
    EXPECT_EQ(link.state, State::kNotAdmitted);
    EXPECT_EQ(link.end.reason, Reason::kHubQuarantined);
    EXPECT_EQ(link.end.text, "the hub there does not admit this one: hub_quarantined");
    EXPECT_EQ(link.end.code, 1008);
  };
  expect_refusal();
  net_.Advance(120s);
  EXPECT_EQ(net_.links('a'), 0u);
  expect_refusal();
  EXPECT_THAT(net_.Take('1'), ElementsAre("disconnected 2 in room: hub lost"));
  EXPECT_GE(Refused('a'), 5u);
  EXPECT_EQ(net_.hub('a').counters().of(Reason::kHubQuarantined).value(), Refused('a'));
  EXPECT_EQ(net_.hub('a').counters().ends_by(Reason::kHubQuarantined).value(), 1u)
      << "the connection that was there";

  HandleAt('a', ReleaseHub{Id('b')});
  net_.Advance(16s);
  EXPECT_EQ(net_.links('a'), 1u);
  EXPECT_THAT(net_.Take('1'), ElementsAre("discovered 2 in room"));
  EXPECT_THAT(net_.hub('a').QuarantinedHubs(), IsEmpty());
}

TEST_F(Quarantine, StopsDialingAndDialsAgainOnRelease) {
  Chain("ab");
  HandleAt('b', QuarantineHub{Id('a')});
  net_.Advance(120s);
  EXPECT_EQ(net_.links('b'), 0u);
  EXPECT_EQ(net_.hub('b').Links().at(0).state, State::kStopped);
  EXPECT_EQ(net_.hub('b').Links().at(0).end.text, "the hub there is in quarantine");
  HandleAt('b', ReleaseHub{Id('a')});
  EXPECT_EQ(net_.links('b'), 1u);
}

TEST_F(Quarantine, RefusesToDialAnAddressThatLedToTheHub) {
  Chain("ab");
  const Hub& b = net_.hub('b');
  const ConnectHub again{b.Links().at(0).url};
  EXPECT_TRUE(b.Check(again).ok());
  HandleAt('b', QuarantineHub{Id('a')});
  EXPECT_EQ(b.Check(again),
            absl::PermissionDeniedError("the hub there is in quarantine; release it first"));
  HandleAt('b', again);
  EXPECT_EQ(b.Links().at(0).state, State::kStopped);
  HandleAt('b', ReleaseHub{Id('a')});
  EXPECT_TRUE(b.Check(again).ok());
}

TEST_F(Quarantine, LeavesStoppedOnReleaseWhatSomebodyElseStopped) {
  Chain("ab");
  HandleAt('b', DisconnectBootstrapHubs{});
  HandleAt('b', QuarantineHub{Id('a')});
  HandleAt('b', ReleaseHub{Id('a')});
  net_.Advance(120s);
  EXPECT_EQ(net_.links('b'), 0u);
}

TEST_F(Quarantine, KnowsTheHubOnlyByItsAnswer) {
  net_.Add('a');
  net_.Add('b');
  HandleAt('b', QuarantineHub{Id('a')});
  HandleAt('b', ConnectHub{"ws://a:3000"});
  EXPECT_EQ(net_.links('b'), 0u);
  EXPECT_EQ(net_.links('a'), 0u);
  EXPECT_EQ(net_.hub('b').Links().at(0).end.text, "the hub there is in quarantine");
  EXPECT_EQ(Refused('b'), 1u);
  HandleAt('b', ReleaseHub{Id('a')});
  EXPECT_EQ(net_.links('b'), 1u);
}

TEST_F(Quarantine, CallsOffADirectLinkAndMakesItAgain) {
  HubNet net([](HubOptions& options) {
    options.hub_allow = {{Id('a')}, {Id('b')}, {Id('c')}};
    options.advertise_url = std::string("ws://") + options.hub_peer_id.text()[0] + ":3000";
  });
  net.Add('a');
  net.Add('b', "a");
  net.Add('c', "a");
  net.Advance(1s);
  ASSERT_EQ(net.links('b'), 2u) << "one to c, of which nobody told it but a";
  net.HandleAt('b', QuarantineHub{Id('c')});
  net.Advance(60s);
  EXPECT_EQ(net.links('b'), 1u);
  EXPECT_EQ(net.hub('b').Links().size(), 1u) << "that to c is forgotten";
  net.HandleAt('b', ReleaseHub{Id('c')});
  net.Advance(16s);
  EXPECT_EQ(net.links('b'), 2u);
}

TEST_F(Quarantine, DoesNotListenToWhatTheHubSaysThroughOthers) {
  Chain("abc");
  net_.Join('a', '1', "room");
  net_.Join('b', '2', "room");
  net_.Join('c', '3', "room");
  for (char peer : {'1', '2', '3'}) net_.Take(peer);
  HandleAt('a', QuarantineHub{Id('c')});
  net_.Join('c', '4', "room");
  net_.Offer('3', '1', "room");
  net_.Offer('1', '3', "room");
  net_.Advance(20s);
  EXPECT_THAT(net_.Take('1'), ElementsAre("disconnected 3 in room: hub lost"));
  EXPECT_THAT(net_.Take('2'), ElementsAre("discovered 4 in room"));
  EXPECT_THAT(net_.Take('3'), ElementsAre("discovered 4 in room"));
  EXPECT_GE(Refused('a'), 1u);

  HandleAt('a', ReleaseHub{Id('c')});
  net_.Advance(20s);
  EXPECT_THAT(net_.Take('1'), UnorderedElementsAre("discovered 3 in room", "discovered 4 in room"))
      << "and no offer that came in between";
  net_.Take('4');
  net_.Offer('1', '4', "room");
  EXPECT_THAT(net_.Take('4'), ElementsAre("offer 1 to 4 in room 1"));
}

TEST_F(Quarantine, LeavesAloneWhatPassesThroughBetweenOthers) {
  Chain("abcd");
  net_.Join('a', '1', "room");
  net_.Join('d', '4', "room");
  net_.Take('4');
  HandleAt('c', QuarantineHub{Id('a')});
  net_.Offer('1', '4', "room");
  EXPECT_THAT(net_.Take('4'), ElementsAre("offer 1 to 4 in room 1"));
  EXPECT_EQ(net_.hub('c').Topology().hubs.size(), 4u) << "it is still on the map";
}

TEST_F(Quarantine, TurnsAwayTheHubHoweverItIsTrusted) {
  HubOptions options;
  options.hub_admission = HubAdmission::kToken;
  options.hub_allow = {{Id('2')}};
  HubFixture hub(options);
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('1'), {}}).ok());
  FakePeer here = hub.Open(Id('1'));
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('1')}).ok());
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('2')}).ok());
  EXPECT_EQ(here.closed(), Reason::kHubQuarantined);
  EXPECT_EQ(hub.Open(Id('1')).closed(), Reason::kHubQuarantined);
  EXPECT_EQ(hub.Open(Id('2')).closed(), Reason::kHubQuarantined);
  EXPECT_THAT(hub.TakeEvents(), ::testing::Contains("hub_refused 1 hub_quarantined"));
}

TEST_F(Quarantine, TurnsAwayANewcomerThatWaitsForTheHubsId) {
  HubFixture hub;
  FakePeer holder = hub.Open(Id('1'));
  FakePeer challenger = hub.Open(Id('1'));
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('1')}).ok());
  EXPECT_EQ(holder.closed(), Reason::kHubQuarantined);
  EXPECT_EQ(challenger.closed(), Reason::kPeerAlreadyConnected);
  hub.Advance(60s);
  EXPECT_EQ(hub.hub().Stats().connections, 0u);
}

TEST_F(Quarantine, IsNotForTheHubItself) {
  net_.Add('a');
  HubFixture hub;
  EXPECT_EQ(hub.Handle(QuarantineHub{hub.hub().Stats().hub_peer_id}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(hub.hub().QuarantinedHubs(), IsEmpty());
}

TEST_F(Quarantine, IsNotForOrdinaryPeers) {
  HubOptions options;
  options.hub_admission = HubAdmission::kToken;
  HubFixture hub(options);
  FakePeer peer = hub.Join(Id('1'), "room");
  FakePeer link = hub.JoinAsHub(Id('2'));
  const absl::Status checked = hub.hub().Check(QuarantineHub{Id('1')});
  EXPECT_EQ(checked.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(hub.Handle(QuarantineHub{Id('1')}), checked);
  EXPECT_EQ(peer.closed(), std::nullopt);
  EXPECT_THAT(hub.hub().QuarantinedHubs(), IsEmpty());
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('2')}).ok()) << "a hub that was not admitted";
  EXPECT_EQ(link.closed(), Reason::kHubQuarantined);
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('3')}).ok()) << "nobody knows what it is";
  ASSERT_TRUE(hub.Handle(RegisterHub{Id('4'), {}}).ok());
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('4')}).ok()) << "a hub that is not connected";
}

TEST_F(Quarantine, IsNotForOrdinaryPeersOfOtherHubs) {
  Chain("ab");
  net_.Join('a', '1', "room");
  net_.Join('b', '2', "room");
  EXPECT_EQ(net_.hub('a').Check(QuarantineHub{Id('2')}).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(net_.hub('a').Check(QuarantineHub{Id('b')}).ok());
}

TEST_F(Quarantine, OfAHubThatIsInNoneCannotEnd) {
  HubFixture hub;
  EXPECT_EQ(hub.Handle(ReleaseHub{Id('1')}).code(), absl::StatusCode::kNotFound);
}

TEST_F(Quarantine, BeginsOnceHoweverOftenItIsAsked) {
  HubFixture hub;
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('1')}).ok());
  const UnixMillis since = hub.hub().QuarantinedHubs().at(0).since;
  hub.Open(Id('1'));
  hub.Advance(5s);
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('1')}).ok());
  EXPECT_EQ(hub.hub().QuarantinedHubs().at(0).since, since);
  EXPECT_EQ(hub.hub().QuarantinedHubs().at(0).refused, 1u);
}

TEST(FullQuarantine, HoldsSoManyHubsAtTheMost) {
  HubOptions options;
  options.limits.hubs_named = 1;
  HubFixture hub(options);
  ASSERT_TRUE(hub.Handle(QuarantineHub{Id('1')}).ok());
  EXPECT_EQ(hub.Handle(QuarantineHub{Id('2')}).code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(hub.Handle(QuarantineHub{Id('1')}).ok()) << "it is there already";
  ASSERT_TRUE(hub.Handle(ReleaseHub{Id('1')}).ok());
  EXPECT_TRUE(hub.Handle(QuarantineHub{Id('2')}).ok());
}

}  // namespace
}  // namespace pigeonhub
