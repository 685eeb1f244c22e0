// SPDX-License-Identifier: Apache-2.0
//
// What a hub shows of handshakes that somebody watches. Several hubs:
// tests/mesh/handshakes_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/core/identity.h"
#include "server/core/peers/handshake_watch.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WatchedHandshakes : public testing::Test {
 protected:
  void Watch(std::vector<HandshakeFilter> filters) {
    ASSERT_TRUE(hub_.Handle(WatchHandshakes{std::move(filters)}).ok());
  }
  void WatchPair() { Watch({{std::pair(Id('a'), Id('b')), ""}}); }
  // As HubFixture::Join, but nothing that was shown is forgotten.
  FakePeer Enter(char peer) {
    FakePeer entered = hub_.Connect(Id(peer));
    entered.Announce("room");
    return entered;
  }
  // Of handshakes alone.
  std::vector<std::string> TakeSteps() {
    std::vector<std::string> steps = hub_.TakeEvents();
    std::erase_if(steps, [](const std::string& text) {
      return !text.starts_with("step ") && !text.starts_with("hub ");
    });
    return steps;
  }

  HubFixture hub_;
};

TEST_F(WatchedHandshakes, AreShownToWhoWatchesThemAndToNobodyElse) {
  FakePeer a = hub_.Join(Id('a'), "room");
  FakePeer b = hub_.Join(Id('b'), "room");
  a.Offer(b.id(), "room");
  EXPECT_THAT(TakeSteps(), IsEmpty());
  WatchPair();
  a.Offer(b.id(), "room");
  EXPECT_THAT(TakeSteps(), ElementsAre("step offer delivered a to b in room"));
  Watch({});
  a.Offer(b.id(), "room");
  EXPECT_THAT(TakeSteps(), IsEmpty());
}

TEST_F(WatchedHandshakes, OfAPairAreShownFromTheAnnounceToTheReport) {
  WatchPair();
  FakePeer a = Enter('a');
  FakePeer c = Enter('c');
  FakePeer b = Enter('b');
  EXPECT_THAT(TakeSteps(),
              ElementsAre("step announced heard a in room", "step announced heard b in room",
                          "step discovered delivered b to a in room",
                          "step discovered delivered a to b in room"));
  c.Offer(a.id(), "room");
  a.Offer(b.id(), "room");
  b.Signal(SignalType::kAnswer, a.id(), "room");
  a.Signal(SignalType::kIceCandidate, b.id(), "room");
  a.Send(inbound::Cleanup{PairReport(), b.id().text()});
  b.Send(inbound::Cleanup{PairReport(), a.id().text()});
  EXPECT_THAT(
      TakeSteps(),
      ElementsAre("step offer delivered a to b in room", "step answer delivered b to a in room",
                  "step candidate delivered a to b in room", "step connected heard a to b in room",
                  "step connected heard b to a in room"));
}

TEST_F(WatchedHandshakes, ThatAreDroppedSayWhy) {
  WatchPair();
  FakePeer a = hub_.Join(Id('a'), "room");
  FakePeer b = hub_.Join(Id('b'), "other");
  TakeSteps();
  a.Offer(b.id(), "room");
  b.Drop();
  a.Offer(b.id(), "room");
  EXPECT_THAT(TakeSteps(), ElementsAre("step offer dropped a to b in room, signal_other_namespace",
                                       "step offer dropped a to b in room, signal_unknown_target"));
}

TEST_F(WatchedHandshakes, OfANamespaceAreThoseOfAllInIt) {
  Watch({{std::nullopt, "room"}});
  FakePeer a = hub_.Join(Id('a'), "room");
  FakePeer b = hub_.Join(Id('b'), "room");
  FakePeer c = hub_.Join(Id('c'), "other");
  TakeSteps();
  b.Offer(a.id(), "room");
  c.Offer(a.id(), "other");
  EXPECT_THAT(TakeSteps(), ElementsAre("step offer delivered b to a in room"));
}

TEST_F(WatchedHandshakes, ThatWereLeftOutAreCountedInTheStream) {
  FakePeer a = hub_.Join(Id('a'), "room");
  FakePeer b = hub_.Join(Id('b'), "room");
  WatchPair();
  for (size_t i = 0; i < HandshakeWatch::kStepsPerSecond + 30; ++i) a.Offer(b.id(), "room");
  EXPECT_EQ(TakeSteps().size(), HandshakeWatch::kStepsPerSecond);
  EXPECT_EQ(hub_.hub().counters().handshake_steps_omitted.value(), 30u);
  hub_.Advance(3s);
  const std::string self = ToText(hub_.hub().identity().id());
  EXPECT_THAT(TakeSteps(), ElementsAre("hub " + self + " tells, omitted 30"));
}

TEST_F(WatchedHandshakes, GoOnToAReferenceHubWithoutItsWord) {
  FakePeer one = hub_.JoinAsHub(Id('1'));
  FakePeer a = hub_.Join(Id('a'), "room");
  one.Report(Id('b'), "room");
  WatchPair();
  a.Offer(Id('b'), "room");
  one.RelayOffer(Id('b'), a.id(), "room");
  EXPECT_THAT(TakeSteps(), ElementsAre("step offer passed_on a to b in room, hub 1",
                                       "step offer delivered b to a in room, hub 1"));
}

}  // namespace
}  // namespace pigeonhub
