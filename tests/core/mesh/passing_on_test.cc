// SPDX-License-Identifier: Apache-2.0
//
// What a hub server passes on between the hubs that link to it, and the seam underneath: a path
// need not be a link.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
