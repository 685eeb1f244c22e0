// SPDX-License-Identifier: Apache-2.0
//
// What a mesh hub may signal, and what it is handed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(AMeshHub, SignalsForItsPeersOnly) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.ForgetMessages();
  d_.Say({SignalOp('7', '1', "room"), SignalOp('2', '1', "room"), SignalOp('8', '1', "room")});
  EXPECT_THAT(one.Take(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalForgedSender), 3u);
  b_.Say({SignalOp('7', '1', "room")});
  EXPECT_THAT(one.Take(), ElementsAre("offer 7 to 1 in room 1"));
}

TEST_F(AMeshHub, ReachesNoLocalPeerInAnotherNamespace) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "other");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.ForgetMessages();
  b_.Say({SignalOp('7', '2', "room"), SignalOp('7', '2', "other"), SignalOp('7', '1', "other")});
  EXPECT_THAT(one.Take(), IsEmpty());
  EXPECT_THAT(two.Take(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kSignalOtherNamespace), 3u);
}

TEST_F(AMeshHub, ReachesNoPeerOfAReferenceHubInAnotherNamespace) {
  FakePeer plain = hub_.JoinAsHub(Id('e'));
  plain.Report(Id('8'), "other");
  plain.Report(Id('9'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.ForgetMessages();
  b_.Say({SignalOp('7', '8', "room"), SignalOp('7', '8', "other")});
  EXPECT_THAT(plain.Take(), IsEmpty());
  b_.Say({SignalOp('7', '9', "room")});
  EXPECT_THAT(plain.Take(), ElementsAre("offer 7 to 9 in room 1"));
}

TEST_F(AMeshHub, IsNoWayToAnotherOne) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  d_.Say({JoinOp('8', "room", 1)});
  d_.Take();
  b_.Say({SignalOp('7', '8', "room")});
  EXPECT_THAT(d_.Take(), IsEmpty()) << "it goes to the hub that has the target, or nowhere";
  EXPECT_EQ(hub_.counted(Reason::kSignalUnknownTarget), 1u);
}

TEST_F(AMeshHub, IsRelayedASignalOnceItHasIt) {
  FakePeer one = Enter('1', "room");
  b_.Take();
  b_.Say({JoinOp('7', "room", 1)});
  const auto& relayed = hub_.hub().counters().signals_relayed[0];
  const auto& dropped = hub_.hub().counters().signals_dropped[0];
  one.Offer(Id('7'), "room");
  one.Offer(Id('7'), "room");
  EXPECT_EQ(relayed.value(), 0u) << "both are on their way";
  b_.Take();
  b_.Say({mesh::Want{Text("room")}});
  EXPECT_EQ(relayed.value(), 2u);
  one.Offer(Id('7'), "room");
  b_.peer().Drop();
  one.Offer(Id('7'), "room");
  hub_.Advance(10s);
  EXPECT_EQ(relayed.value(), 2u);
  EXPECT_EQ(dropped.value(), 2u) << "one that was said in vain, and one that was never said";
}

TEST_F(AMeshHub, HoldsNoMoreSignalsThanItMayWhileItCannotBeReached) {
  FakePeer one = Enter('1', "room");
  b_.Take();
  b_.Say({JoinOp('7', "room", 1)});
  b_.peer().Drop();
  for (int i = 0; i < 5000; ++i) one.Offer(Id('7'), "room");
  EXPECT_GT(hub_.counted(Reason::kLinkBacklogged), 900u) << "a peer has a share of what may wait";
  EXPECT_LT(hub_.counted(Reason::kLinkBacklogged), 1100u);
}

class AMeshHubOutOfReach : public ::testing::Test {
 protected:
  AMeshHubOutOfReach() {
    FakePeer one = hub_.Open(Id('1'));
    one.Announce("room");
    one_ = one;
    b_.Say({JoinOp('7', "room", 1)});
    b_.Take();
    hub_.Advance(1s);
    one_->Take();
    one_->Offer(Id('7'), "room", "\"said\"");
    b_.peer().Drop();
    one_->Offer(Id('7'), "room", "\"waits\"");
    hub_.TakeEvents();
  }
  static HubOptions Patient() {
    HubOptions options = OurOptions();
    options.link_grace = 60s;
    return options;
  }
  uint64_t unreachable() { return hub_.counted(Reason::kHubUnreachable); }

  HubFixture hub_{Patient()};
  LinkedMeshHub b_{hub_, 'b'};
  std::optional<FakePeer> one_;
};

TEST_F(AMeshHubOutOfReach, HasSignalsWaitForItForFiveSeconds) {
  hub_.Advance(4900ms);
  EXPECT_EQ(unreachable(), 0u);
  EXPECT_THAT(one_->Take(), IsEmpty());
  hub_.Advance(200ms);
  EXPECT_EQ(unreachable(), 2u) << "what waits, and what would be said again";
  const char* told =
      "error: Signal dropped: the hub of that peer cannot be reached; send it again later; see "
      "docs/app-developers.md#what-a-hub-passes-on";
  EXPECT_THAT(one_->Take(), ElementsAre(told, told));
  one_->Offer(Id('7'), "room");
  EXPECT_EQ(unreachable(), 3u);
  EXPECT_THAT(one_->Take(), ElementsAre(told));
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty()) << "counted, and no more";
  EXPECT_EQ(hub_.hub().counters().link_bytes.value(), 0u);
}

TEST_F(AMeshHubOutOfReach, IsSentSignalsAgainOnceItIsBack) {
  hub_.Advance(10s);
  one_->Take();
  LinkedMeshHub back(hub_, 'b');
  hub_.Advance(2s);
  back.Take();
  back.Say({JoinOp('7', "room", 1)});
  one_->Offer(Id('7'), "room", "1");
  const std::vector<std::string> told = back.Take();
  EXPECT_THAT(told, Contains("signal 1 to 7 in room 1"));
  EXPECT_THAT(told, Not(Contains("signal 1 to 7 in room \"said\"")));
  EXPECT_THAT(one_->Take(), Not(Contains(HasSubstr("dropped"))));
}

TEST(HubWithAWindowFull, SendsSignalsInTheirOrderAllTheSame) {
  HubFixture hub(OurOptions());
  LinkedMeshHub b(hub, 'b');
  for (uint32_t i = 1; i <= 80; ++i) {
    hub.Join(NumberedId(i), "room", "\"n\":\"" + std::string(15'000, 'x') + "\"");
  }
  FakePeer one = hub.Join(Id('1'), "room");
  b.Say({JoinOp('7', "room", 1), mesh::Want{Text("room")}});
  EXPECT_THAT(b.Take(), Not(Contains("listed room"))) << "much of the list waits";
  one.Signal(SignalType::kOffer, Id('7'), "room", "1");
  one.Signal(SignalType::kAnswer, Id('7'), "room", "2");
  one.Signal(SignalType::kIceCandidate, Id('7'), "room", "3");
  EXPECT_THAT(b.Take(), ElementsAre("join 1 in room generation 1", "signal 1 to 7 in room 1",
                                    "signal 1 to 7 in room 2", "signal 1 to 7 in room 3"));
}

}  // namespace
}  // namespace pigeonhub
