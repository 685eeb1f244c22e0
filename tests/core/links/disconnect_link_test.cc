// SPDX-License-Identifier: Apache-2.0
//
// An operator ends the links to one hub.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = LinkRecord::State;

class DisconnectedLink : public ::testing::Test {
 protected:
  DisconnectedLink() {
    net_.Add('a');
    net_.Add('b', "a");
    net_.Join('a', '1', "room");
    net_.Join('b', '2', "room");
    net_.Take('1');
  }
  HubNet net_;
};

TEST_F(DisconnectedLink, StaysDownWhereWeDialedIt) {
  net_.HandleAt('b', DisconnectLink{Id('a')});
  net_.Advance(120s);
  EXPECT_EQ(net_.links('a'), 0u);
  EXPECT_EQ(net_.hub('b').Links().at(0).state, State::kStopped);
  EXPECT_THAT(net_.Take('1'), ElementsAre("disconnected 2 in room: hub lost"));
  net_.HandleAt('b', ConnectBootstrapHubs{});
  net_.Advance(1s);
  EXPECT_EQ(net_.links('a'), 1u);
  EXPECT_THAT(net_.Take('1'), ElementsAre("discovered 2 in room"));
}

TEST_F(DisconnectedLink, IsForgottenWhereAnOperatorHadAskedForIt) {
  net_.Add('c');
  net_.HandleAt('c', ConnectHub{"ws://a:3000"});
  net_.Advance(0s);
  ASSERT_EQ(net_.links('c'), 1u);
  net_.HandleAt('c', DisconnectLink{Id('a')});
  net_.Advance(0s);
  EXPECT_THAT(net_.hub('c').Links(), IsEmpty());
  EXPECT_EQ(net_.links('a'), 1u) << "that of b";
}

TEST_F(DisconnectedLink, ComesBackWhereTheOtherHubDialedIt) {
  net_.HandleAt('a', DisconnectLink{Id('b')});
  net_.Advance(0s);
  EXPECT_EQ(net_.links('a'), 0u);
  EXPECT_EQ(net_.hub('b').Links().at(0).end.text, "Disconnected by operator");
  net_.Advance(10s);
  EXPECT_EQ(net_.links('a'), 1u) << "only the hub that dials can leave it";
}

}  // namespace
}  // namespace pigeonhub
