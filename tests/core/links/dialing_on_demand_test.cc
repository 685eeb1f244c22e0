// SPDX-License-Identifier: Apache-2.0
//
// What an operator may ask of the hubs that this hub dials.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/links/dialing_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using State = LinkRecord::State;

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

}  // namespace
}  // namespace pigeonhub
