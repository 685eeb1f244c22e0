// SPDX-License-Identifier: Apache-2.0
//
// A hub with a link to a reference hub hears of everybody, for the reference hub cannot say what it
// wants. Here that is hub a, peer 9 is the reference hub, and b is another hub of ours.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Gateway : public ::testing::Test {
 protected:
  Gateway() {
    net_.Add('a');
    net_.Add('b', "a");
    net_.Join('b', '2', "room");
    net_.Join('a', '1', "hall");
    net_.Join('b', '3', "hall");
  }
  void LinkReferenceHub() {
    net_.Join('a', '9', "pigeonhub-mesh");
    net_.Advance(1s);
  }
  size_t remote() { return net_.hub('a').Stats().remote_peers; }
  HubNet net_;
};

TEST_F(Gateway, WantsOnlyItsOwnNamespacesBeforeThat) { EXPECT_EQ(remote(), 1u); }

TEST_F(Gateway, TellsTheReferenceHubOfEverybodyInTheMesh) {
  LinkReferenceHub();
  EXPECT_EQ(remote(), 2u);
  EXPECT_THAT(net_.Take('9'), Contains("discovered 2 in room (link)"));
  net_.Join('b', '4', "attic");
  net_.Drop('2');
  EXPECT_THAT(net_.Take('9'), ElementsAre("discovered 4 in attic (link)",
                                          "disconnected 2 in room: disconnected (link)"));
  EXPECT_EQ(remote(), 2u);
}

TEST_F(Gateway, CarriesSignalsOfTheReferenceHubsPeers) {
  LinkReferenceHub();
  net_.Take('2');
  const PeerId far = Id('f');
  net_.Say('9', inbound::PeerReport{"room", far.text(), {}});
  EXPECT_THAT(net_.Take('2'), ElementsAre("discovered f in room"));
  net_.Take('9');
  net_.Offer('2', 'f', "room", "7");
  EXPECT_THAT(net_.Take('9'), ElementsAre("offer 2 to f in room 7"));
}

TEST_F(Gateway, TakesNoSignalOfTheReferenceHubInTheNameOfAPeerThatAnotherHubHas) {
  LinkReferenceHub();
  net_.Take('1');
  net_.Take('3');
  const PeerId lives_at_b = Id('3');
  net_.Say('9', inbound::PeerReport{"hall", lives_at_b.text(), {}});
  net_.Say('9', inbound::Signal{SignalType::kOffer, "hall", lives_at_b.text(), Id('1').text(), {}});
  EXPECT_THAT(net_.Take('1'), IsEmpty());
  EXPECT_EQ(net_.hub('a').counters().of(Reason::kSignalForgedSender).value(), 1u);
  net_.Offer('1', '3', "hall", "7");
  EXPECT_THAT(net_.Take('3'), ElementsAre("offer 1 to 3 in hall 7"));
}

TEST_F(Gateway, TakesSignalsOfAPeerThatHasComeToTheReferenceHub) {
  LinkReferenceHub();
  net_.Take('1');
  const PeerId roams = Id('3');
  net_.GoSilent('3');
  net_.Say('9', inbound::PeerReport{"hall", roams.text(), {}});
  net_.Advance(4s);  // b was asked, and its connection does not answer
  net_.Take('1');
  net_.Say('9', inbound::Signal{SignalType::kOffer, "hall", roams.text(), Id('1').text(), {}});
  EXPECT_THAT(net_.Take('1'), Contains(::testing::StartsWith("offer 3 to 1 in hall")));
}

TEST_F(Gateway, WantsOnlyItsOwnNamespacesAgainWhenTheReferenceHubIsGone) {
  LinkReferenceHub();
  net_.Join('b', '4', "attic");
  ASSERT_EQ(remote(), 3u);
  net_.Drop('9');
  EXPECT_EQ(remote(), 1u) << "peer 3 of the hall";
  const size_t before = net_.crossed('b', 'a');
  net_.Join('b', '5', "attic");
  net_.Drop('5');
  EXPECT_EQ(net_.crossed('b', 'a'), before) << "it is not even told";
  net_.Join('a', '6', "attic");
  EXPECT_THAT(net_.Take('6'), ElementsAre("connected 6", "discovered 4 in attic"));
}

}  // namespace
}  // namespace pigeonhub
