// SPDX-License-Identifier: Apache-2.0
//
// Hubs that we dial, and what is said over such a link with a reference hub at its other end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/links/dials.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using State = LinkRecord::State;

constexpr char kUrl[] = "ws://one:3000";

HubOptions Bootstrapped(std::vector<std::string> urls = {kUrl}) {
  HubOptions options = HubServer();
  options.bootstrap_hubs = std::move(urls);
  return options;
}

class Dialing : public ::testing::Test {
 protected:
  explicit Dialing(HubOptions options = Bootstrapped()) : hub_(std::move(options), 1, false) {}

  std::vector<std::string> StartAt(const std::string& host, uint16_t port) {
    EXPECT_TRUE(hub_.Handle(StartSignaling{host, port}).ok());
    return Dials();
  }
  std::vector<std::string> Dials() { return DialsOf(hub_); }
  LinkRecord Link(size_t i = 0) { return hub_.hub().Links().at(i); }

  HubFixture hub_;
};

// ---- Addresses with secrets

class Secret : public Dialing {
 protected:
  Secret() : Dialing(Bootstrapped({kSecretUrl})) {}
  static constexpr char kSecretUrl[] = "ws://one:3000/?secret=s3cret&k=s3cret";
  static constexpr char kMasked[] = "ws://one:3000/?secret=***&k=***";
};

TEST_F(Secret, IsDialedAsItIsAndShownMasked) {
  EXPECT_THAT(StartAt("hub.example", 3001), ElementsAre(std::string("dial 1 ") + kSecretUrl));
  EXPECT_EQ(Link().url, kMasked);
  EXPECT_TRUE(hub_.Handle(DialFailed{DialTargetId(1), 1006, "refused"}).ok());
  EXPECT_THAT(hub_.last_lines(), Contains(HasSubstr(kMasked)));
  EXPECT_THAT(hub_.last_lines(), Not(Contains(HasSubstr("s3cret"))));
}

TEST_F(Secret, IsNotInWhatIsWrongWithIt) {
  StartAt("127.0.0.1", 3001);
  EXPECT_THAT(hub_.Handle(ConnectHub{"ws://127.0.0.1:3001?k=s3cret"}).ToString(),
              AllOf(HasSubstr("the hub itself"), Not(HasSubstr("s3cret"))));
  EXPECT_THAT(hub_.Handle(SetBootstrapHubs{{"ws://a:s3cret@one"}}).ToString(),
              AllOf(HasSubstr("ws://***@one"), Not(HasSubstr("s3cret"))));
}

// ---- Whom to dial

class Default : public Dialing {
 protected:
  Default() : Dialing(Bootstrapped({})) {}
};

TEST_F(Default, IsPort3000OfTheSameHost) {
  EXPECT_THAT(StartAt("hub.example", 3001), ElementsAre("dial 1 ws://hub.example:3000"));
}

TEST_F(Default, IsLoopbackWhereTheHostIsAnyAddress) {
  EXPECT_THAT(StartAt("0.0.0.0", 3001), ElementsAre("dial 1 ws://127.0.0.1:3000"));
}

TEST_F(Default, IsLoopbackForAnyIpv6AddressToo) {
  EXPECT_THAT(StartAt("::", 3001), ElementsAre("dial 1 ws://[::1]:3000"));
}

TEST_F(Default, IsNobodyOnPort3000Itself) { EXPECT_THAT(StartAt("localhost", 3000), IsEmpty()); }

TEST(PlainServer, DialsNobodyByDefault) {
  HubOptions options;
  HubFixture hub(options, 1, false);
  ASSERT_TRUE(hub.Handle(StartSignaling{"localhost", 3001}).ok());
  EXPECT_THAT(hub.hub().Links(), IsEmpty());
}

TEST_F(Dialing, IsOfEveryBootstrapHubButOneself) {
  HubFixture hub(Bootstrapped({"ws://one:3000", "ws://LOCALHOST:3001", "wss://two"}), 1, false);
  ASSERT_TRUE(hub.Handle(StartSignaling{"127.0.0.1", 3001}).ok());
  EXPECT_THAT(hub.last_lines(), ElementsAre("event 1 started 127.0.0.1 port 3001",
                                            "dial 1 ws://one:3000", "dial 3 wss://two"));
  EXPECT_EQ(hub.hub().Links()[1].state, State::kStopped);
  EXPECT_EQ(hub.hub().Links()[1].end.text, "this is the hub itself");
}

TEST(AutoConnect, IsSwitchedOffUntilSomebodyAsks) {
  HubOptions options = Bootstrapped();
  options.auto_connect = false;
  HubFixture hub(options, 1, false);
  ASSERT_TRUE(hub.Handle(StartSignaling{"localhost", 3000}).ok());
  EXPECT_THAT(hub.last_lines(), ElementsAre("event 1 started localhost port 3000"));
  ASSERT_TRUE(hub.Handle(ConnectBootstrapHubs{}).ok());
  EXPECT_THAT(hub.last_lines(), ElementsAre("dial 1 ws://one:3000"));
}

TEST_F(Dialing, OfAHubWithOurOwnIdIsGivenUp) {
  StartAt("localhost", 3000);
  FakePeer self = hub_.Answer(DialTargetId(1));
  self.Send(inbound::Connected{});
  const PeerId own = hub_.hub().Stats().hub_peer_id;
  self.Send(inbound::PeerReport{kMesh, own.text(), ProfileOf("", true)});
  EXPECT_EQ(self.closed(), Reason::kSelfConnected);
  EXPECT_EQ(Link().state, State::kStopped);
  EXPECT_THAT(Link().end.text, HasSubstr("own id"));
  hub_.Advance(60s);
  EXPECT_THAT(Dials(), IsEmpty());
}

TEST_F(Dialing, OfOneselfIsAnsweredWithTheIdAndClosed) {
  StartAt("localhost", 3000);
  const PeerId own = hub_.hub().Stats().hub_peer_id;
  FakePeer self = hub_.Open(own);
  EXPECT_THAT(self.Take(), Contains(HasSubstr("answer of hub " + ToText(own))));
  EXPECT_EQ(self.closed(), Reason::kSelfConnected);
  EXPECT_EQ(hub_.counted(Reason::kSelfConnected), 1u);
}

// ---- Again and again

TEST_F(Dialing, IsRepeatedUntilItSucceedsAndSaysOnceThatItFailed) {
  StartAt("localhost", 3000);
  hub_.TakeEvents();
  ASSERT_TRUE(hub_.Handle(DialFailed{DialTargetId(1), 503, "busy"}).ok());
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("bootstrap_disconnected ws://one:3000 503 busy"));
  EXPECT_EQ(Link().state, State::kWaiting);
  EXPECT_EQ(Link().end.text, "busy");
  hub_.Advance(5s);
  EXPECT_EQ(Link().state, State::kConnecting);
  ASSERT_TRUE(hub_.Handle(DialFailed{DialTargetId(1), 1006, "refused"}).ok());
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty());
  hub_.Advance(5s);
  FakePeer one = hub_.Link(DialTargetId(1));
  EXPECT_EQ(Link().state, State::kUp);
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("bootstrap_connected ws://one:3000"));
  one.Drop(Reason::kPeerClosed, 1001, "bye");
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("bootstrap_disconnected ws://one:3000 1001 bye"));
  EXPECT_EQ(Link().state, State::kWaiting);
}

TEST_F(Dialing, BecomesRareAfterTenFailuresInARow) {
  StartAt("localhost", 3000);
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(Link().state, State::kConnecting) << i;
    ASSERT_TRUE(hub_.Handle(DialFailed{DialTargetId(1), 1006, "refused"}).ok());
    if (i < 9) hub_.Advance(5s);
  }
  EXPECT_EQ(Link().state, State::kSlow);
  hub_.Advance(14s);
  EXPECT_EQ(Link().state, State::kSlow);
  hub_.Advance(1s);
  EXPECT_EQ(Link().state, State::kConnecting);
}

TEST_F(Dialing, OfOneHubLeavesTheOthersAlone) {
  HubFixture hub(Bootstrapped({"ws://one:3000", "ws://two:3000"}), 1, false);
  ASSERT_TRUE(hub.Handle(StartSignaling{"localhost", 3000}).ok());
  FakePeer one = hub.Link(DialTargetId(1));
  FakePeer two = hub.Link(DialTargetId(2));
  one.Drop();
  EXPECT_EQ(hub.hub().Links()[0].state, State::kWaiting);
  EXPECT_EQ(hub.hub().Links()[1].state, State::kUp);
  EXPECT_EQ(two.closed(), std::nullopt);
}

// ---- What is no hub

TEST_F(Dialing, OfAServerThatEchoesIsNoLinkAndIsGivenUp) {
  StartAt("localhost", 3000);
  hub_.TakeEvents();
  FakePeer echo = hub_.Answer(DialTargetId(1));
  // What it was sent, and gives back.
  echo.Send(inbound::Announce{kMesh, ProfileOf("", true)});
  echo.Send(inbound::Ping{});
  hub_.Advance(9s);
  EXPECT_EQ(Link().state, State::kConnecting);
  EXPECT_EQ(hub_.hub().counters().links_in(State::kUp).value(), 0u);
  hub_.Advance(1s);
  EXPECT_EQ(echo.closed(), Reason::kUnresponsive);
  EXPECT_EQ(Link().state, State::kWaiting);
  EXPECT_EQ(Link().end.text, "no hub answers there");
  EXPECT_EQ(Link().end.reason, Reason::kUnresponsive);
  EXPECT_EQ(Link().end.side, LinkEnd::Side::kThisHub);
  EXPECT_EQ(Link().attempt, 1u);
  EXPECT_THAT(hub_.TakeEvents(),
              ElementsAre("bootstrap_disconnected ws://one:3000 1001 no hub answers there"));
}

TEST_F(Dialing, OfAServerThatPongsWithoutAGreetingIsNoLink) {
  StartAt("localhost", 3000);
  FakePeer other = hub_.Answer(DialTargetId(1));
  other.Send(inbound::Pong{});
  other.Send(inbound::Pong{});
  EXPECT_EQ(Link().state, State::kConnecting);
}

TEST_F(Dialing, WaitsAsLongAsARefusalAsksFor) {
  StartAt("localhost", 3000);
  ASSERT_TRUE(hub_.Handle(DialFailed{DialTargetId(1), 503, "busy (Retry-After: 60 s)", 60s}).ok());
  EXPECT_EQ(Link().end.side, LinkEnd::Side::kOtherHub);
  EXPECT_EQ(Link().end.code, 503);
  hub_.Advance(59s);
  EXPECT_EQ(Link().state, State::kWaiting);
  hub_.Advance(1s);
  EXPECT_EQ(Link().state, State::kConnecting);
}

TEST_F(Dialing, OfAHubThatDoesNotAdmitUsIsNoLinkAndSaysWhy) {
  StartAt("localhost", 3000);
  FakePeer one = hub_.Answer(DialTargetId(1));
  one.Send(inbound::Connected{});
  hub_.TakeEvents();
  one.Send(inbound::Error{"hub_token_expired"});
  EXPECT_EQ(one.closed(), Reason::kHubNotAdmitted);
  EXPECT_EQ(Link().state, State::kNotAdmitted);
  EXPECT_EQ(Link().end.reason, Reason::kHubTokenExpired);
  EXPECT_EQ(Link().end.side, LinkEnd::Side::kOtherHub);
  const std::string why = "the hub there does not admit this one: hub_token_expired";
  EXPECT_EQ(Link().end.text, why);
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("bootstrap_disconnected ws://one:3000 1008 " + why));
  hub_.Advance(15s);
  FakePeer again = hub_.Answer(DialTargetId(1));
  again.Send(inbound::Connected{});
  again.Send(inbound::Error{"a_reason_of_a_later_version"});
  EXPECT_EQ(Link().end.reason, Reason::kHubNotAdmitted);
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty()) << "it was said once";
  hub_.Advance(15s);
  FakePeer admitted = hub_.Link(DialTargetId(1));
  EXPECT_EQ(Link().state, State::kUp);
  EXPECT_EQ(Link().end.text, "");
}

TEST_F(Dialing, GoesOnWhereAHubHasNoReasonForItsError) {
  StartAt("localhost", 3000);
  FakePeer one = hub_.Answer(DialTargetId(1));
  one.Send(inbound::Connected{});
  one.Send(inbound::Error{""});
  one.Send(inbound::Pong{});
  EXPECT_EQ(Link().state, State::kUp);
}

// ---- On demand

TEST_F(Dialing, IsTakenBackUnderItsAddressWhateverCameOfIt) {
  StartAt("localhost", 3000);
  EXPECT_EQ(hub_.Handle(DisconnectUrl{"ws://two:3000"}).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(hub_.Handle(ConnectHub{"ws://two:3000"}).ok());
  ASSERT_TRUE(hub_.Handle(DisconnectUrl{"WS://two:3000/"}).ok()) << "spelled otherwise";
  EXPECT_THAT(Dials(), ElementsAre("cancel_dial 2"));
  ASSERT_TRUE(hub_.Handle(ConnectHub{"ws://two:3000"}).ok());
  ASSERT_TRUE(hub_.Handle(DialFailed{DialTargetId(3), 1006, "refused"}).ok());
  ASSERT_TRUE(hub_.Handle(DisconnectUrl{"ws://two:3000"}).ok());
  EXPECT_EQ(hub_.hub().Links().size(), 1u) << "that of the bootstrap hub";
  hub_.Advance(60s);
  EXPECT_EQ(hub_.hub().Links().size(), 1u);
  ASSERT_TRUE(hub_.Handle(ConnectHub{"ws://two:3000"}).ok());
  FakePeer two = hub_.Link(DialTargetId(4));
  ASSERT_TRUE(hub_.Handle(DisconnectUrl{"ws://two:3000"}).ok());
  EXPECT_EQ(two.closed(), Reason::kOperator);
  EXPECT_EQ(hub_.hub().Links().size(), 1u);
}

TEST_F(Dialing, OfABootstrapHubIsStoppedUnderItsAddress) {
  StartAt("localhost", 3000);
  ASSERT_TRUE(hub_.Handle(DisconnectUrl{kUrl}).ok());
  EXPECT_EQ(Link().state, State::kStopped);
  EXPECT_EQ(Link().end.text, "disconnected on demand");
  EXPECT_EQ(Link().end.reason, Reason::kOperator);
  ASSERT_TRUE(hub_.Handle(ConnectBootstrapHubs{}).ok());
  EXPECT_THAT(Dials(), ElementsAre("dial 1 ws://one:3000"));
}

TEST_F(Dialing, IsCheckedWithTheAnswerOfTheDialItself) {
  EXPECT_EQ(hub_.hub().Check(ConnectHub{kUrl}).code(), absl::StatusCode::kFailedPrecondition);
  StartAt("localhost", 3000);
  for (const char* url : {"ws://127.0.0.1:3000", "http://two", "ws://two:3000"}) {
    const absl::Status checked = hub_.hub().Check(ConnectHub{url});
    EXPECT_EQ(hub_.hub().Links().size(), 1u) << "a check adds nothing";
    EXPECT_EQ(checked, hub_.Handle(ConnectHub{url})) << url;
  }
}

TEST_F(Dialing, EndsOnDemandAndBeginsAgainOnDemand) {
  StartAt("localhost", 3000);
  FakePeer one = hub_.Answer(DialTargetId(1));
  hub_.TakeEvents();
  ASSERT_TRUE(hub_.Handle(DisconnectBootstrapHubs{}).ok());
  EXPECT_EQ(one.closed(), Reason::kOperator);
  EXPECT_THAT(hub_.TakeEvents(),
              ElementsAre("bootstrap_disconnected ws://one:3000 1000 disconnected on demand"));
  one.Drop();
  hub_.Advance(60s);
  EXPECT_EQ(Link().state, State::kStopped);
  ASSERT_TRUE(hub_.Handle(ConnectBootstrapHubs{}).ok());
  EXPECT_THAT(Dials(), ElementsAre("dial 1 ws://one:3000"));
  ASSERT_TRUE(hub_.Handle(DisconnectBootstrapHubs{}).ok());
  EXPECT_THAT(Dials(), ElementsAre("cancel_dial 1"));
}

TEST_F(Dialing, ThatWasCalledOffTooLateIsClosed) {
  StartAt("localhost", 3000);
  ASSERT_TRUE(hub_.Handle(DisconnectBootstrapHubs{}).ok());
  FakePeer one = hub_.Answer(DialTargetId(1));
  EXPECT_EQ(one.closed(), Reason::kOperator);
  EXPECT_EQ(Link().state, State::kStopped);
}

TEST_F(Dialing, IsOfAnyHubThatAnOperatorNames) {
  StartAt("localhost", 3000);
  ASSERT_TRUE(hub_.Handle(ConnectHub{"wss://two/path"}).ok());
  EXPECT_THAT(Dials(), ElementsAre("dial 2 wss://two/path"));
  EXPECT_FALSE(Link(1).bootstrap);
  ASSERT_TRUE(hub_.Handle(ConnectHub{"wss://two/path"}).ok());
  EXPECT_THAT(Dials(), IsEmpty()) << "under way already";
  EXPECT_EQ(hub_.Handle(ConnectHub{"http://two"}).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(hub_.Handle(ConnectHub{"ws://127.0.0.1:3000"}).code(),
            absl::StatusCode::kInvalidArgument)
      << "itself";
}

TEST_F(Dialing, FollowsTheListOfBootstrapHubs) {
  StartAt("localhost", 3000);
  FakePeer one = hub_.Answer(DialTargetId(1));
  ASSERT_TRUE(hub_.Handle(SetBootstrapHubs{{"ws://two:3000"}}).ok());
  EXPECT_EQ(one.closed(), Reason::kOperator);
  EXPECT_THAT(Dials(), ElementsAre("dial 2 ws://two:3000"));
  EXPECT_EQ(hub_.Handle(SetBootstrapHubs{{"two"}}).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(Dialing, KeepsALinkWhoseBootstrapHubIsOnlySpelledOtherwise) {
  StartAt("localhost", 3000);
  FakePeer one = hub_.Answer(DialTargetId(1));
  ASSERT_TRUE(hub_.Handle(SetBootstrapHubs{{"WS" + std::string(kUrl).substr(2) + "/"}}).ok());
  EXPECT_EQ(one.closed(), std::nullopt);
  EXPECT_THAT(Dials(), IsEmpty());
}

TEST_F(Dialing, EndsWithSignaling) {
  StartAt("localhost", 3000);
  FakePeer one = hub_.Answer(DialTargetId(1));
  EXPECT_EQ(hub_.Handle(DisconnectLink{Id('1')}).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(hub_.Handle(StopSignaling{}).ok());
  EXPECT_EQ(one.closed(), Reason::kServerShutdown);
  EXPECT_THAT(hub_.hub().Links(), IsEmpty());
  EXPECT_EQ(hub_.Handle(ConnectHub{kUrl}).code(), absl::StatusCode::kFailedPrecondition);
}

// ---- A reference hub at the other end

class DialTargetToReference : public Dialing {
 protected:
  DialTargetToReference() {
    a_.Announce("room");
    a_.Take();
  }
  FakePeer Settled() {
    FakePeer one = hub_.Link(DialTargetId(1));
    one.Take();
    hub_.TakeEvents();
    return one;
  }
  const std::vector<std::string> dials_ = StartAt("localhost", 3000);
  FakePeer a_ = hub_.Connect(Id('a'));
};

TEST_F(DialTargetToReference, AnnouncesUsAndThenTellsOfOurPeers) {
  FakePeer one = hub_.Answer(DialTargetId(1));
  EXPECT_THAT(one.Take(),
              ElementsAre("announce in pigeonhub-mesh at localhost:3000 mesh 1", "ping"));
  EXPECT_TRUE(hub_.inbox(one.connection()).is_link);
  one.Send(inbound::Connected{});
  EXPECT_THAT(one.Take(), IsEmpty()) << "it may be one of our kind";
  one.Send(inbound::Pong{});
  EXPECT_THAT(one.Take(), ElementsAre("discovered a in room (link)"));
  FakePeer b = hub_.Connect(Id('b'));
  b.Announce("room");
  b.Drop();
  EXPECT_THAT(one.Take(), ElementsAre("discovered b in room (link)",
                                      "disconnected b in room: disconnected (link)"));
}

TEST_F(DialTargetToReference, IsHeardServesLateJoinersAndIsPassedOn) {
  FakePeer other = hub_.JoinAsHub(Id('2'));
  FakePeer one = Settled();
  one.Report(Id('f'), "room", R"("n":1)");
  EXPECT_THAT(a_.Take(), ElementsAre(R"(discovered f in room {"n":1})"));
  EXPECT_THAT(other.Take(), Contains(R"(discovered f in room {"n":1} (link))"));
  FakePeer b = hub_.Connect(Id('b'));
  b.Announce("room");
  EXPECT_THAT(b.Take(), Contains(R"(discovered f in room {"n":1})"));
  one.RelayGoodbye(Id('f'), "room", "1");
  EXPECT_THAT(b.Take(), ElementsAre("goodbye f in room 1", "disconnected f in room: goodbye"));
}

TEST_F(DialTargetToReference, CarriesSignalsBothWays) {
  FakePeer one = Settled();
  one.Report(Id('f'), "room");
  a_.Take();
  one.RelayOffer(Id('f'), a_.id(), "room", "1");
  a_.Take();
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty()) << "nobody asked to see signals";
  ASSERT_TRUE(hub_.Handle(ShowBootstrapSignaling{true}).ok());
  one.RelayOffer(Id('f'), a_.id(), "room", "1");
  EXPECT_THAT(a_.Take(), ElementsAre("offer f to a in room 1"));
  EXPECT_THAT(hub_.TakeEvents(),
              ElementsAre("bootstrap_signaling offer f to a via ws://one:3000, 1 bytes"));
  one.Take();
  a_.Offer(Id('f'), "room", "2");
  EXPECT_THAT(one.Take(), ElementsAre("offer a to f in room 2"));
  one.RelayOffer(Id('e'), a_.id(), "room");
  EXPECT_THAT(a_.Take(), IsEmpty());
  EXPECT_EQ(Link().counts.forged, 1u);
  EXPECT_EQ(Link().counts.announced, 1u);
  EXPECT_EQ(Link().counts.relayed, 2u);
}

TEST_F(DialTargetToReference, ShowsPayloadsThatAreNotTooLargeToKeep) {
  ASSERT_TRUE(hub_.Handle(ShowBootstrapSignaling{true}).ok());
  FakePeer one = Settled();
  one.Report(Id('f'), "room");
  const auto shown = [&](size_t bytes) {
    one.RelayOffer(Id('f'), a_.id(), "room", std::string(bytes, '1'));
    for (const Effect& effect : hub_.last_effects()) {
      const auto* emit = std::get_if<Emit>(&effect);
      const auto* signal =
          emit == nullptr ? nullptr : std::get_if<BootstrapSignaling>(&emit->event.body);
      if (signal == nullptr) continue;
      EXPECT_EQ(signal->payload_bytes, bytes);
      return signal->payload.text.size();
    }
    ADD_FAILURE() << "no event";
    return size_t{0};
  };
  EXPECT_EQ(shown(8192), 8192u);
  EXPECT_EQ(shown(8193), 0u);
}

TEST_F(DialTargetToReference, TellsOfOtherHubsWhoMaySignalUs) {
  ASSERT_TRUE(hub_.Handle(ShowBootstrapSignaling{true}).ok());
  FakePeer one = Settled();
  one.Send(inbound::PeerReport{kMesh, Id('2').text(), ProfileOf(R"("port":1)", true)});
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre(R"(hub_discovered 2 via ws://one:3000 {"port":1})"));
  ASSERT_EQ(hub_.hub().HubsHeardOf().size(), 1u);
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 0u) << "a hub is no peer";
  const PeerId own = hub_.hub().Stats().hub_peer_id;
  one.RelayOffer(Id('2'), own, kMesh, "1");
  EXPECT_THAT(hub_.TakeEvents(), Contains(HasSubstr("bootstrap_signaling offer 2 to ")));
}

TEST_F(DialTargetToReference, TellsAgainOfANamespaceInWhichItHasANewMember) {
  FakePeer one = Settled();
  one.Report(Id('f'), "room");
  EXPECT_THAT(one.Take(), ElementsAre("discovered a in room (link)"))
      << "it does not keep what it was told";
  one.Report(Id('e'), "other");
  EXPECT_THAT(one.Take(), IsEmpty());
}

TEST_F(DialTargetToReference, IsWithdrawnWithItsPeersWhenItIsLost) {
  FakePeer one = Settled();
  one.Report(Id('f'), "room");
  a_.Take();
  one.Drop();
  EXPECT_THAT(a_.Take(), ElementsAre("disconnected f in room: hub lost"));
}

TEST(Leaf, TellsOfItsOwnPeersOverItsDialTargetsAndPassesNothingOn) {
  HubOptions options = Bootstrapped({"ws://one:3000", "ws://two:3000"});
  options.is_hub = false;
  HubFixture hub(options, 1, false);
  ASSERT_TRUE(hub.Handle(StartSignaling{"localhost", 8080}).ok());
  FakePeer one = hub.Link(DialTargetId(1));
  FakePeer two = hub.Link(DialTargetId(2));
  for (FakePeer* link : {&one, &two}) link->Take();
  one.Report(Id('f'), "room");
  EXPECT_THAT(two.Take(), IsEmpty());
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("room");
  EXPECT_THAT(a.Take(), ElementsAre("discovered f in room"));
  EXPECT_THAT(one.Take(), ElementsAre("discovered a in room (link)"));
  EXPECT_THAT(two.Take(), ElementsAre("discovered a in room (link)"));
}

// ---- Who may be a hub

TEST(HubTokens, AdmitWhereTheyCountAndSayWhyNotWhereTheyDoNot) {
  HubOptions options;
  options.is_hub = true;
  options.hub_admission = HubAdmission::kToken;
  HubFixture hub(options);
  hub.Bring(HubCredential::kValid, Reason::kHubTokenMalformed);
  FakePeer good = hub.JoinAsHub(Id('1'));
  EXPECT_TRUE(hub.hub().IsPeerHub(Id('1')));
  hub.Bring(HubCredential::kInvalid, Reason::kHubTokenExpired);
  FakePeer late = hub.JoinAsHub(Id('2'));
  EXPECT_FALSE(hub.hub().IsPeerHub(Id('2')));
  EXPECT_EQ(hub.counted(Reason::kHubTokenExpired), 1u);
  hub.Bring(HubCredential::kNone, Reason::kHubTokenMalformed);
  FakePeer none = hub.JoinAsHub(Id('3'));
  EXPECT_FALSE(hub.hub().IsPeerHub(Id('3')));
  EXPECT_EQ(hub.counted(Reason::kHubNotAdmitted), 1u);
  EXPECT_EQ(late.closed(), std::nullopt) << "it stays an ordinary peer";
}

TEST(SelfDeclaredHubs, AreHeldToARate) {
  HubFixture hub;
  for (uint32_t i = 1; i <= 6; ++i) hub.JoinAsHub(NumberedId(i));
  EXPECT_EQ(hub.hub().Stats().hubs, 5u);
  EXPECT_EQ(hub.counted(Reason::kHubRegistrationRate), 1u);
}

}  // namespace
}  // namespace pigeonhub
