// SPDX-License-Identifier: Apache-2.0
//
// A goodbye is what a peer said itself; clients close live data channels on it, so nothing else may
// ever cause one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Goodbye, IsToldOnceToTheNamespaceThenTheLeave) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer c = hub.Join(Id('c'), "other");
  hub.ForgetMessages();
  a.Goodbye(R"({"reason":"peer_disconnect"})");
  EXPECT_THAT(b.Take(), ElementsAre(R"(goodbye a in room {"reason":"peer_disconnect"})",
                                    "disconnected a in room: goodbye"));
  EXPECT_THAT(c.Take(), IsEmpty());
  EXPECT_EQ(a.closed(), Reason::kGoodbye);
  EXPECT_THAT(hub.TakeEvents(),
              ElementsAre("peer_goodbye a", "peer_disconnected a goodbye 1000, 2 in all"));
  a.Drop(Reason::kPeerClosed, 1000);
  EXPECT_THAT(b.Take(), IsEmpty());
  EXPECT_THAT(hub.TakeEvents(), IsEmpty());
}

TEST(Goodbye, IsStampedWithThePeersNamespaceWhateverItNames) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer outsider = hub.Join(Id('c'), "global");
  a.Send(inbound::Goodbye{"", "global", {}});
  EXPECT_THAT(b.Take(), ElementsAre("goodbye a in room", "disconnected a in room: goodbye"));
  EXPECT_THAT(outsider.Take(), IsEmpty());
}

TEST(Goodbye, CannotBeSaidForSomebodyElse) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer c = hub.Join(Id('c'), "room");
  hub.ForgetMessages();
  a.RelayGoodbye(b.id(), "room");
  EXPECT_THAT(c.Take(), ElementsAre("goodbye a in room", "disconnected a in room: goodbye"));
  EXPECT_EQ(b.closed(), std::nullopt);
}

TEST(Goodbye, FreesTheIdAtOnce) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  a.Goodbye();
  FakePeer again = hub.Open(Id('a'));
  EXPECT_THAT(again.Take(), ElementsAre("connected a"));
  again.Announce("room");
  a.Drop();
  again.Ping();
  EXPECT_THAT(again.Take(), ElementsAre("pong a"));
  EXPECT_EQ(hub.hub().Stats().connections, 1u);
}

TEST(Goodbye, BeforeTheFirstAnnounceJustCloses) {
  HubFixture hub;
  FakePeer a = hub.Connect(Id('a'));
  FakePeer b = hub.Join(Id('b'), "global");
  a.Goodbye();
  EXPECT_EQ(a.closed(), Reason::kGoodbye);
  EXPECT_THAT(b.Take(), IsEmpty());
}

TEST(Goodbye, LosesAPayloadThatIsTooLargeToRepeat) {
  HubOptions options;
  options.limits.goodbye_data = 10;
  HubFixture hub(options);
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  a.Goodbye("\"123456789\"");
  EXPECT_THAT(b.Take(), ElementsAre("goodbye a in room", "disconnected a in room: goodbye"));
  EXPECT_EQ(hub.counted(Reason::kGoodbyeTooLarge), 1u);
}

TEST(Goodbye, IsNeverMadeUp) {
  HubFixture hub;
  FakePeer watcher = hub.Join(Id('f'), "room");
  FakePeer lost = hub.Join(Id('a'), "room");
  FakePeer closed = hub.Join(Id('b'), "room");
  FakePeer moved = hub.Join(Id('c'), "room");
  FakePeer replaced = hub.Join(Id('d'), "room");
  FakePeer dismissed = hub.Join(Id('e'), "room");
  hub.ForgetMessages();
  lost.Drop();
  closed.Drop(Reason::kPeerClosed, 1000, "Client disconnect");
  moved.Announce("other");
  hub.Open(Id('d'));
  hub.Advance(3s);
  ASSERT_TRUE(hub.Handle(DisconnectPeer{Id('e')}).ok());
  EXPECT_THAT(
      watcher.Take(),
      ElementsAre("disconnected a in room: disconnected",
                  "disconnected b in room: Client disconnect", "disconnected c in room: moved",
                  "disconnected d in room: replaced", "disconnected e in room: operator"));
  EXPECT_EQ(hub.hub().counters().goodbyes.value(), 0u);
}

}  // namespace
}  // namespace pigeonhub
