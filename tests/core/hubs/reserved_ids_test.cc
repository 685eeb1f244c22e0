// SPDX-License-Identifier: Apache-2.0
//
// Whose is the id of a hub? Ids are public, and strangers want them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/core/hub_server.h"
#include "tests/core/mesh/fake_mesh.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReservedIds : public ::testing::Test {
 protected:
  static HubOptions Guarded() {
    HubOptions options = HubServer();
    options.hub_admission = HubAdmission::kToken;
    options.hub_allow = {{Id('8')}, {Id('9'), "", "0123456789abcdef"}};
    return options;
  }
  FakePeer OpenWithToken(const PeerId& id) {
    hub_.Bring(HubCredential::kValid, Reason::kHubTokenMalformed);
    FakePeer peer = hub_.Open(id);
    hub_.Bring(HubCredential::kNone, Reason::kHubTokenMalformed);
    return peer;
  }

  HubFixture hub_{Guarded()};
};

TEST_F(ReservedIds, AreNotGivenToAStrangerWhileTheHubIsAway) {
  FakePeer one = OpenWithToken(Id('1'));
  one.Drop();
  hub_.TakeEvents();
  FakePeer stranger = hub_.Open(Id('1'));
  EXPECT_EQ(stranger.closed(), Reason::kHubIdReserved);
  EXPECT_THAT(stranger.Take(), IsEmpty()) << "it is not even greeted";
  EXPECT_EQ(hub_.counted(Reason::kHubIdReserved), 1u);
  EXPECT_THAT(hub_.TakeEvents(),
              ElementsAre("peer_refused 1 from 192.0.2.1 hub_id_reserved times 1"));
  hub_.Advance(24h);
  EXPECT_EQ(hub_.Open(Id('1')).closed(), Reason::kHubIdReserved);
  EXPECT_EQ(OpenWithToken(Id('1')).closed(), std::nullopt);
}

TEST_F(ReservedIds, AreTakenAtOnceFromAStrangerWhoCameFirst) {
  FakePeer stranger = hub_.Join(Id('1'), "room");
  FakePeer one = OpenWithToken(Id('1'));
  EXPECT_EQ(stranger.closed(), Reason::kReplaced);
  EXPECT_THAT(one.Take(), ElementsAre("connected 1")) << "the stranger is not asked";
  EXPECT_EQ(hub_.Open(Id('1')).closed(), Reason::kHubIdReserved);
  EXPECT_EQ(one.closed(), std::nullopt);
}

TEST_F(ReservedIds, AreTakenFromAStrangerWhomAnotherOneWaitsFor) {
  FakePeer stranger = hub_.Open(Id('1'));
  FakePeer second = hub_.Open(Id('1'));
  ASSERT_TRUE(second.paused());
  FakePeer one = OpenWithToken(Id('1'));
  EXPECT_EQ(stranger.closed(), Reason::kReplaced);
  EXPECT_EQ(second.closed(), Reason::kPeerAlreadyConnected);
  EXPECT_EQ(one.closed(), std::nullopt);
  EXPECT_FALSE(one.paused());
}

TEST_F(ReservedIds, AreContestedByTwoThatBothShowWhoTheyAre) {
  FakePeer old = OpenWithToken(Id('1'));
  FakePeer again = OpenWithToken(Id('1'));
  EXPECT_EQ(old.closed(), std::nullopt);
  EXPECT_TRUE(again.paused()) << "the old one is asked whether it lives";
  hub_.Advance(3s);
  EXPECT_EQ(old.closed(), Reason::kReplaced);
  EXPECT_FALSE(again.paused());
}

TEST_F(ReservedIds, AreRefusedToATokenThatIsWorthNothingAndItIsSaidWhy) {
  OpenWithToken(Id('1')).Drop();
  hub_.Bring(HubCredential::kInvalid, Reason::kHubTokenExpired);
  EXPECT_EQ(hub_.Open(Id('1')).closed(), Reason::kHubIdReserved);
  EXPECT_EQ(hub_.counted(Reason::kHubTokenExpired), 1u);
  EXPECT_EQ(hub_.Open(Id('2')).closed(), std::nullopt) << "an ordinary peer, as ever";
}

TEST_F(ReservedIds, AreThoseOfTheAllowListThatHaveASecret) {
  EXPECT_EQ(hub_.Open(Id('8')).closed(), std::nullopt) << "the id alone is enough";
  EXPECT_EQ(hub_.Open(Id('9')).closed(), Reason::kHubIdReserved);
  hub_.BringSecret("0123456789abcdef");
  FakePeer nine = hub_.JoinAsHub(Id('9'));
  EXPECT_TRUE(hub_.IsPeerHub(Id('9')));
}

TEST_F(ReservedIds, AreThoseOfGrantsOnceTheHubHasShownItsToken) {
  ASSERT_TRUE(hub_.Handle(RegisterHub{Id('1'), {}}).ok());
  FakePeer first = hub_.Open(Id('1'));
  EXPECT_TRUE(hub_.IsPeerHub(Id('1'))) << "the operator asked for no more than the id";
  FakePeer one = OpenWithToken(Id('1'));
  EXPECT_EQ(first.closed(), Reason::kReplaced);
  one.Drop();
  EXPECT_EQ(hub_.Open(Id('1')).closed(), Reason::kHubIdReserved);
}

TEST_F(ReservedIds, AreFreeWhereATokenIsWorthNothing) {
  HubOptions options = Guarded();
  options.hub_admission = HubAdmission::kDeny;
  HubFixture hub(options);
  hub.Bring(HubCredential::kValid, Reason::kHubTokenMalformed);
  FakePeer first = hub.Open(Id('1'));
  FakePeer second = hub.Open(Id('1'));
  EXPECT_EQ(first.closed(), std::nullopt);
  EXPECT_TRUE(second.paused());
}

}  // namespace
}  // namespace pigeonhub
