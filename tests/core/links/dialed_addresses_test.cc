// SPDX-License-Identifier: Apache-2.0
//
// Which addresses this hub dials, and how it shows them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/links/dialing_fixture.h"

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

TEST_F(Default, IsShownAsOneUntilItIsNamed) {
  StartAt("hub.example", 3001);
  EXPECT_TRUE(Link().is_default);
  ASSERT_TRUE(hub_.Handle(DialFailed{DialTargetId(1), 1006, "refused"}).ok());
  EXPECT_TRUE(Link().is_default) << "nobody was there";
  ASSERT_TRUE(hub_.Handle(SetBootstrapHubs{{"ws://hub.example:3000"}}).ok());
  EXPECT_FALSE(Link().is_default);
}

TEST_F(Dialing, OfWhatIsNamedIsNoDefault) {
  StartAt("hub.example", 3001);
  EXPECT_FALSE(Link().is_default);
}

TEST_F(Default, IsLoopbackWhereTheHostIsAnyAddress) {
  EXPECT_THAT(StartAt("0.0.0.0", 3001), ElementsAre("dial 1 ws://127.0.0.1:3000"));
}

TEST_F(Default, IsLoopbackForAnyIpv6AddressToo) {
  EXPECT_THAT(StartAt("::", 3001), ElementsAre("dial 1 ws://[::1]:3000"));
}

TEST_F(Default, SpeaksTlsWhereThisHubDoes) {
  StartSignaling start{"hub.example", 3001};
  start.speaks_tls = true;
  ASSERT_TRUE(hub_.Handle(start).ok());
  EXPECT_THAT(Dials(), ElementsAre("dial 1 wss://hub.example:3000"));
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

TEST_F(Dialing, OfAHubThatSaysThatItIsThisOneIsGivenUp) {
  StartAt("localhost", 3000);
  FakePeer self = hub_.Answer(DialTargetId(1));
  self.Send(inbound::Connected{});
  self.Drop(Reason::kPeerClosed, 1008, "Connected to itself");
  EXPECT_EQ(hub_.counted(Reason::kSelfConnected), 1u);
  EXPECT_EQ(Link().state, State::kStopped);
  EXPECT_THAT(Link().end.text, HasSubstr("own id"));
  hub_.Advance(60s);
  EXPECT_THAT(Dials(), IsEmpty());
}

TEST_F(Dialing, OfAHubThatSaysThatItHasOurOwnIdIsGivenUp) {
  StartAt("localhost", 3000);
  FakePeer self = hub_.Answer(DialTargetId(1));
  self.Send(inbound::Connected{});
  const PeerId own = hub_.hub().Stats().hub_peer_id;
  self.Send(inbound::PeerReport{kMesh, own.text(), ProfileOf("", true)});
  EXPECT_EQ(self.closed(), Reason::kSelfConnected);
  EXPECT_EQ(Link().state, State::kStopped);
}

TEST_F(Dialing, OfOneselfIsClosedAndToldNothingElse) {
  StartAt("localhost", 3000);
  const PeerId own = hub_.hub().Stats().hub_peer_id;
  FakePeer self = hub_.Open(own);
  EXPECT_THAT(self.Take(), IsEmpty()) << "it may be a stranger";
  EXPECT_EQ(self.closed(), Reason::kSelfConnected);
  EXPECT_EQ(hub_.counted(Reason::kSelfConnected), 1u);
}

}  // namespace
}  // namespace pigeonhub
