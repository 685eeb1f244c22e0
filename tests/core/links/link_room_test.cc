// SPDX-License-Identifier: Apache-2.0
//
// Links are sent what they have room for, and what waits for them is bounded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/core/links/linked_reference_hub.h"
#include "tests/core/mesh/linked_mesh_hub.h"
#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Two of them take all the room of a link.
const std::string kLarge(100'000, '7');
const std::string kNoRoom =
    "error: Signal dropped: too many signals of yours wait for the hub of that peer; send it again "
    "later; see docs/app-developers.md#what-a-hub-passes-on";

HubOptions Narrow(HubOptions options) {
  options.limits.link_queue = size_t{1} << 20;  // 256 KiB for each peer
  return options;
}

class ANarrowMeshLink : public ::testing::Test {
 protected:
  ANarrowMeshLink() {
    b_.Say({JoinOp('7', "room", 1)});
    b_.Take();
    b_.Say({});  // acknowledges
    hub_.Advance(1s);
    b_.Take();
    hub_.ForgetMessages();
    hub_.set_pull_lists(false);
  }

  // As HubFixture::Join, but nothing that was said to b is forgotten.
  FakePeer Enter(char peer) {
    FakePeer entered = hub_.Open(Id(peer));
    entered.Announce("room");
    return entered;
  }
  // Frames that came to b, acknowledged or not.
  size_t Frames() {
    const std::vector<std::string> lines = b_.peer().Take();
    return static_cast<size_t>(std::count_if(
        lines.begin(), lines.end(), [](const auto& line) { return line.starts_with("frame"); }));
  }

  HubFixture hub_{Narrow(OurOptions())};
  LinkedMeshHub b_{hub_, 'b'};
  FakePeer offender_ = Enter('1');
  FakePeer bystander_ = Enter('2');
};

TEST_F(ANarrowMeshLink, IsSentMoreWhenItsQueueIsShort) {
  for (int i = 0; i < 2; ++i) offender_.Signal(SignalType::kOffer, Id('7'), "room", kLarge);
  bystander_.Signal(SignalType::kOffer, Id('7'), "room", "2");
  EXPECT_THAT(b_.Take(), SizeIs(2));
  EXPECT_TRUE(b_.peer().list_pending());
  b_.peer().WantMore();
  EXPECT_THAT(b_.Take(), ElementsAre("signal 2 to 7 in room 2"));
  EXPECT_FALSE(b_.peer().list_pending());
}

TEST_F(ANarrowMeshLink, CostsThePeerThatFillsItItsSignalsAndNobodyElse) {
  for (int i = 0; i < 8; ++i) offender_.Signal(SignalType::kOffer, Id('7'), "room", kLarge);
  for (int i = 0; i < 8; ++i) bystander_.Signal(SignalType::kIceCandidate, Id('7'), "room", "2");
  EXPECT_EQ(hub_.counted(Reason::kLinkBacklogged), 6u);
  EXPECT_THAT(offender_.Take(), AllOf(SizeIs(6), ::testing::Each(kNoRoom)));
  EXPECT_THAT(bystander_.Take(), IsEmpty());
  EXPECT_THAT(b_.Take(), SizeIs(2));
  b_.peer().WantMore();
  EXPECT_THAT(b_.Take(), SizeIs(8)) << "those of the other one";
}

TEST_F(ANarrowMeshLink, IsNotFilledByWhatIsSaidAgain) {
  offender_.Signal(SignalType::kOffer, Id('7'), "room", kLarge);
  offender_.Signal(SignalType::kAnswer, Id('7'), "room", kLarge);
  EXPECT_EQ(Frames(), 2u) << "which b does not acknowledge";
  hub_.Advance(30s);
  EXPECT_EQ(Frames(), 0u);
  b_.peer().WantMore();
  EXPECT_EQ(Frames(), 2u);
}

TEST_F(ANarrowMeshLink, BeginsANewStreamWhenItWasCutOffThreeTimes) {
  hub_.set_pull_lists(true);
  offender_.Signal(SignalType::kOffer, Id('7'), "room", kLarge);
  b_.peer().Drop(Reason::kSlowReader, 1013);
  for (int i = 0; i < 2; ++i) {
    LinkedMeshHub again(hub_, 'b');
    EXPECT_THAT(offender_.Take(), IsEmpty());
    again.peer().Drop(Reason::kSlowReader, 1013);
  }
  EXPECT_THAT(offender_.Take(), ElementsAre(kNoRoom));
  EXPECT_EQ(hub_.counted(Reason::kHubToldAnew), 1u);
}

TEST_F(ANarrowMeshLink, DropsFramesOfTheHubThatFillsIt) {
  LinkedMeshHub d(hub_, 'd');
  const auto pass = [&](char from, const std::string& raw) {
    d.peer().Send(inbound::HubFrame{Id(from), Id('b'), {}, nullptr, Json(raw)});
  };
  for (int i = 0; i < 8; ++i) pass('d', kLarge);
  EXPECT_EQ(hub_.counted(Reason::kLinkBacklogged), 4u) << "two are sent, and two wait";
  for (int i = 0; i < 8; ++i) pass('e', "{}");
  EXPECT_EQ(hub_.counted(Reason::kLinkBacklogged), 4u);
  b_.Take();
  b_.peer().WantMore();
  EXPECT_THAT(b_.Take(), SizeIs(1)) << "half the room is for what this hub says itself";
  b_.peer().WantMore();
  EXPECT_THAT(b_.Take(), SizeIs(2)) << "they take turns";
  b_.peer().WantMore();
  EXPECT_THAT(b_.Take(), SizeIs(7));
}

TEST(ANarrowReferenceLink, CostsThePeerThatFillsItItsSignals) {
  HubFixture hub(Narrow(HubServer()));
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer c = hub.Join(Id('c'), "room");
  one.Report(Id('f'), "room");
  hub.ForgetMessages();
  hub.set_pull_lists(false);
  for (int i = 0; i < 8; ++i) a.Offer(Id('f'), "room", kLarge);
  c.Offer(Id('f'), "room", "2");
  EXPECT_THAT(a.Take(), AllOf(SizeIs(4), ::testing::Each(kNoRoom)));
  EXPECT_THAT(c.Take(), IsEmpty());
  EXPECT_THAT(one.Take(), SizeIs(2));
  const auto& relayed = hub.hub().counters().signals_relayed;
  EXPECT_EQ(relayed[static_cast<size_t>(SignalType::kOffer)].value(), 2u);
  one.WantMore();
  one.WantMore();
  EXPECT_THAT(one.Take(), AllOf(SizeIs(3), Contains("offer c to f in room 2")));
  EXPECT_EQ(relayed[static_cast<size_t>(SignalType::kOffer)].value(), 5u);
}

TEST(MostOfASignal, IsAnOptionForLocalTargetsToo) {
  HubOptions options;
  options.limits.signal = 1000;
  HubFixture hub(options);
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  hub.ForgetMessages();
  a.Offer(b.id(), "room", std::string(1000, '7'));
  EXPECT_THAT(b.Take(), SizeIs(1));
  a.Offer(b.id(), "room", std::string(1001, '7'));
  EXPECT_THAT(b.Take(), IsEmpty());
  EXPECT_THAT(a.Take(), Contains(HasSubstr("too large")));
  EXPECT_EQ(hub.counted(Reason::kSignalTooLarge), 1u);
}

}  // namespace
}  // namespace pigeonhub
