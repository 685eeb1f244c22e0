// SPDX-License-Identifier: Apache-2.0
//
// What this hub says over a link that it dialed, with a reference hub at the other end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "server/core/peers/whereabouts.h"
#include "tests/core/links/dialing_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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
              ElementsAre("announce in pigeonhub-mesh at localhost:3000 mesh 2", "ping"));
  EXPECT_TRUE(hub_.inbox(one.connection()).is_link);
  one.Send(inbound::Connected{});
  EXPECT_THAT(one.Take(), IsEmpty()) << "it may be a mesh hub";
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
  ASSERT_EQ(hub_.hub().whereabouts().HubsHeardOf().size(), 1u);
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

}  // namespace
}  // namespace pigeonhub
