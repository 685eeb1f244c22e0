// SPDX-License-Identifier: Apache-2.0
//
// Signals to and from peers of hubs that link to us.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/links/linked_reference_hub.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SignalsOverLinks : public LinkedReferenceHub {};

INSTANTIATE_TEST_SUITE_P(PlainAndHub, SignalsOverLinks, ::testing::Bool(), PlainOrHub);

TEST_P(SignalsOverLinks, GoToTheHubThatToldOfTheTarget) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  a_.Offer(Id('f'), "room", R"({"sdp":1})");
  EXPECT_THAT(one_.Take(), ElementsAre(R"(offer a to f in room {"sdp":1})"));
  EXPECT_THAT(two.Take(), IsEmpty());
  const auto& relayed = hub_.hub().counters().signals_relayed;
  EXPECT_EQ(relayed[static_cast<size_t>(SignalType::kOffer)].value(), 1u);
}

TEST_P(SignalsOverLinks, StayInTheirNamespace) {
  one_.Report(Id('f'), "other");
  hub_.ForgetMessages();
  a_.Offer(Id('f'), "room");
  a_.Offer(Id('f'), "other");
  EXPECT_THAT(one_.Take(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalOtherNamespace), 2u);
}

TEST_P(SignalsOverLinks, AreOfferedToEveryLinkWhereNobodyToldOfTheTarget) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  hub_.ForgetMessages();
  a_.Offer(Id('f'), "room", "1");
  EXPECT_THAT(one_.Take(), ElementsAre("offer a to f in room 1"));
  EXPECT_THAT(two.Take(), ElementsAre("offer a to f in room 1"));
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 0u);
}

TEST_P(SignalsOverLinks, ForALocalTargetGoToNoHub) {
  FakePeer c = hub_.Join(Id('c'), "room");
  hub_.ForgetMessages();
  a_.Offer(c.id(), "room", "1");
  EXPECT_THAT(c.Take(), ElementsAre("offer a to c in room 1"));
  EXPECT_THAT(one_.Take(), IsEmpty());
}

TEST_P(SignalsOverLinks, MayComeFromPeersThatTheHubToldOf) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), a_.id(), "room", "1");
  EXPECT_THAT(a_.Take(), ElementsAre("offer f to a in room 1"));
}

TEST_P(SignalsOverLinks, MayComeFromNobodyElse) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  two.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), a_.id(), "room");         // another hub's peer
  one_.RelayOffer(outsider_.id(), a_.id(), "room");  // a peer of ours
  one_.RelayOffer(Id('e'), a_.id(), "room");         // nobody's
  one_.Send(inbound::Signal{SignalType::kOffer, "room", "system", a_.id().text(), {}});
  EXPECT_EQ(hub_.counted(Reason::kSignalForgedSender), 4u);
  EXPECT_THAT(a_.Take(), IsEmpty());
}

TEST_P(SignalsOverLinks, FromAHubsPeersStayInTheirNamespaceToo) {
  one_.Report(Id('f'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), outsider_.id(), "room");
  one_.RelayOffer(Id('f'), outsider_.id(), "other");
  EXPECT_EQ(hub_.counted(Reason::kSignalOtherNamespace), 2u);
  one_.Send(inbound::Signal{SignalType::kOffer, "room", Id('f').text(), "", {}});
  EXPECT_EQ(hub_.counted(Reason::kSignalWithoutTarget), 1u);
  one_.RelayOffer(Id('f'), Id('e'), "room");
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 1u) << "not offered round";
  one_.Send(inbound::Signal{SignalType::kOffer, "room", Id('f').text(), "nobody", {}});
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 2u);
  EXPECT_THAT(outsider_.Take(), IsEmpty());
}

TEST_P(SignalsOverLinks, GoFromOneHubsPeersToAnothers) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  one_.Report(Id('f'), "room");
  two.Report(Id('e'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), Id('e'), "room", "1");
  EXPECT_THAT(two.Take(), ElementsAre("offer f to e in room 1"));
  EXPECT_THAT(one_.Take(), IsEmpty());
}

TEST_P(SignalsOverLinks, NeverGoBackWhereTheyCameFrom) {
  one_.Report(Id('f'), "room");
  one_.Report(Id('e'), "room");
  hub_.ForgetMessages();
  one_.RelayOffer(Id('f'), Id('e'), "room");
  EXPECT_THAT(hub_.last_effects(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 1u);
}

TEST_P(SignalsOverLinks, MayBeAHubsOwn) {
  FakePeer two = hub_.JoinAsHub(Id('2'));
  hub_.ForgetMessages();
  one_.RelayOffer(Id('1'), two.id(), kMesh, "1");
  EXPECT_THAT(two.Take(), ElementsAre("offer 1 to 2 in pigeonhub-mesh 1"));
}

}  // namespace
}  // namespace pigeonhub
