// SPDX-License-Identifier: Apache-2.0
//
// When this hub dials, when it dials again, and what it takes for a hub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "tests/core/links/dialing_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using State = LinkRecord::State;

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
  EXPECT_EQ(hub_.hub().counters().links[static_cast<size_t>(State::kUp)].value(), 0u);
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

TEST_F(Dialing, OfAHubThatNoLongerAdmitsUsEndsALinkThatWasUp) {
  StartAt("localhost", 3000);
  FakePeer one = hub_.Answer(DialTargetId(1));
  one.Send(inbound::Connected{});
  auto details = std::make_shared<HubDetails>();
  details->mesh_version = 1;
  details->answers = hub_.hub().Topology().hubs.front().id;
  one.Send(inbound::PeerReport{kMesh, Id('1').text(), {nullptr, true, std::move(details)}});
  ASSERT_EQ(Link().state, State::kUp);
  hub_.TakeEvents();
  one.Send(inbound::Error{"hub_not_admitted"});
  EXPECT_EQ(one.closed(), Reason::kHubNotAdmitted);
  EXPECT_EQ(Link().state, State::kNotAdmitted);
  EXPECT_EQ(Link().end.reason, Reason::kHubNotAdmitted);
  EXPECT_EQ(Link().end.side, LinkEnd::Side::kOtherHub);
  EXPECT_THAT(hub_.TakeEvents(), Contains(StartsWith("link_down 1")));
}

TEST_F(Dialing, OfAHubThatClosesBecauseItDoesNotAdmitUsSaysWhy) {
  StartAt("localhost", 3000);
  hub_.Link(DialTargetId(1)).Drop(Reason::kPeerClosed, 1008, "Hub quarantined");
  EXPECT_EQ(Link().state, State::kNotAdmitted);
  EXPECT_EQ(Link().end.reason, Reason::kHubQuarantined);
  EXPECT_EQ(Link().end.text, "the hub there does not admit this one: hub_quarantined");
  hub_.Advance(15s);
  hub_.Link(DialTargetId(1)).Drop(Reason::kPeerClosed, 1008, "Hub key refused");
  EXPECT_EQ(Link().state, State::kWaiting) << "this passes";
  EXPECT_EQ(Link().end.reason, Reason::kHubKeyRefused);
  EXPECT_EQ(Link().end.side, LinkEnd::Side::kOtherHub);
}

TEST_F(Dialing, GoesOnWhereAHubHasNoReasonForItsError) {
  StartAt("localhost", 3000);
  FakePeer one = hub_.Answer(DialTargetId(1));
  one.Send(inbound::Connected{});
  one.Send(inbound::Error{""});
  one.Send(inbound::Pong{});
  EXPECT_EQ(Link().state, State::kUp);
}

}  // namespace
}  // namespace pigeonhub
