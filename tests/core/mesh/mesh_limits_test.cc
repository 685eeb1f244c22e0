// SPDX-License-Identifier: Apache-2.0
//
// What a hub does for a neighbor that is slow, or that takes no large frames.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// ---- Hubs that are slow

TEST(Mesh, TellsAHubEverythingAnewThatWasTooSlowForItsNews) {
  HubNet net([](HubOptions& options) {
    options.limits.namespaces = 8;
    options.message_rate = options.announce_rate = Rate{};
  });
  Hub& a = net.Add('a');
  Hub& b = net.Add('b', "a");
  const auto told_anew = [&] { return b.counters().of(Reason::kHubToldAnew).value(); };
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Join('b', '3', "room");
  net.Take('1');
  net.Mute('a', 'b', true);
  for (int i = 0; i < 4000; ++i) net.Announce('2', "room", "\"n\":" + std::to_string(i));
  EXPECT_EQ(told_anew(), 0u);
  for (int i = 0; i < 1000; ++i) net.Announce('2', "room", "\"m\":" + std::to_string(i));
  EXPECT_EQ(told_anew(), 1u);
  net.Join('b', '4', "room");
  net.Drop('3');
  net.Join('b', '5', "attic");
  net.Mute('a', 'b', false);
  net.Advance(15s);
  const std::vector<std::string> told = net.Take('1');
  EXPECT_THAT(told, Contains(R"(discovered 2 in room {"m":999})"));
  EXPECT_THAT(told, Contains("discovered 4 in room"));
  EXPECT_THAT(told, Contains("disconnected 3 in room: disconnected"));
  EXPECT_EQ(a.Stats().remote_peers, 2u);
  EXPECT_EQ(told_anew(), 1u);

  net.Take('5');
  net.Join('a', '6', "attic");
  EXPECT_THAT(net.Take('5'), ElementsAre("discovered 6 in attic")) << "a knows what b wants";
  net.Offer('6', '5', "attic", "7");
  EXPECT_THAT(net.Take('5'), ElementsAre("offer 6 to 5 in attic 7"));
}

TEST(Mesh, DropsSignalsForAHubThatAcknowledgesNone) {
  HubNet net([](HubOptions& options) { options.message_rate = Rate{}; });
  Hub& a = net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Take('2');
  net.Advance(1s);
  net.Mute('a', 'b', true);
  for (int i = 0; i < 5000; ++i) net.Offer('1', '2', "room", std::to_string(i));
  const uint64_t dropped = a.counters().of(Reason::kLinkBacklogged).value();
  EXPECT_GT(dropped, 900u) << "a peer has a share of what may wait";
  EXPECT_LT(dropped, 1100u);
  EXPECT_EQ(a.counters().of(Reason::kSignalUnknownTarget).value(), 0u);
  net.Mute('a', 'b', false);
  net.Advance(200s);  // 32 a second
  const std::vector<std::string> heard = net.Take('2');
  ASSERT_EQ(heard.size(), 5000u - dropped);
  EXPECT_EQ(heard.back(), "offer 1 to 2 in room " + std::to_string(heard.size() - 1));
}

// ---- Frames too large for a hub

constexpr size_t kLimit = size_t{1024} * 1024;
const std::string kTooLarge =
    "error: Signal dropped: its data is too large for this hub, or for another hub on its way; "
    "see docs/app-developers.md#what-a-hub-passes-on";

size_t LinksLost(HubNet& net, char hub) {
  const std::vector<std::string> events = net.TakeEvents(hub);
  return static_cast<size_t>(std::count_if(events.begin(), events.end(), [](const auto& event) {
    return event.starts_with("link_down");
  }));
}

TEST(Mesh, SendsNoSignalThatNoFrameHasRoomForAndTellsItsSender) {
  HubNet net;
  Hub& a = net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('b', '2', "room");
  net.Join('a', '3', "room");
  for (char peer : {'1', '2', '3'}) net.Take(peer);
  const std::string fits(kLimit - mesh::kEnvelope - 300, '7');
  net.Offer('1', '2', "room", fits);
  EXPECT_THAT(net.Take('2'), ElementsAre("offer 1 to 2 in room " + fits));
  EXPECT_EQ(a.counters().of(Reason::kSignalTooLarge).value(), 0u);
  for (size_t less : {size_t{0}, size_t{100}, mesh::kEnvelope}) {
    const std::string large(kLimit - less, '7');
    net.Offer('1', '2', "room", large);
    EXPECT_THAT(net.Take('1'), ElementsAre(kTooLarge)) << less;
    net.Offer('1', '3', "room", large);
    EXPECT_THAT(net.Take('3'), ElementsAre("offer 1 to 3 in room " + large));
  }
  EXPECT_EQ(a.counters().of(Reason::kSignalTooLarge).value(), 3u);
  EXPECT_THAT(net.Take('2'), IsEmpty());
}

TEST(Mesh, SaysNothingAgainThatWasTooLargeForTheOtherHub) {
  HubNet net;
  Hub& a = net.Add('a');
  net.Add('b', "a");
  net.Join('a', '1', "room");
  net.Join('a', '3', "room");
  net.Join('b', '2', "room");
  for (char peer : {'1', '2', '3'}) net.Take(peer);
  net.TakeEvents('a');
  net.TakeNoLargerFrames('b', 60'000);
  for (int i = 0; i < 3; ++i) net.Offer('1', '2', "room", std::string(100'000, '1'));
  net.Offer('3', '2', "room", "3");
  net.Advance(60s);
  net.Offer('3', '2', "room", "4");
  EXPECT_EQ(net.Take('2').back(), "offer 3 to 2 in room 4");
  EXPECT_EQ(LinksLost(net, 'a'), 1u) << "by the first, and by no other";
  EXPECT_THAT(net.Take('1'), Contains(kTooLarge));
  EXPECT_GE(a.counters().of(Reason::kSignalTooLarge).value(), 1u);
  net.Offer('1', '2', "room", std::string(100'000, '1'));
  EXPECT_THAT(net.Take('1'), ElementsAre(kTooLarge)) << "what is known now";
  net.Join('a', '5', "room");
  EXPECT_THAT(net.Take('2'), ElementsAre("discovered 5 in room"));
}

TEST(Mesh, GivesUpWhatAHubFurtherOnDoesNotTake) {
  HubNet net;
  Hub& a = net.Add('a');
  net.Add('b', "a");
  net.Add('c', "b");
  net.Join('a', '1', "room");
  net.Join('c', '2', "room");
  net.Join('b', '3', "room");
  net.TakeNoLargerFrames('c', 60'000);
  net.Offer('1', '2', "room", std::string(100'000, '1'));
  net.Advance(60s);
  net.TakeEvents('b');
  net.Take('2');
  net.Offer('1', '2', "room", "small");
  net.Offer('3', '2', "room", "small");
  net.Advance(60s);
  EXPECT_THAT(net.Take('2'),
              ElementsAre("offer 1 to 2 in room small", "offer 3 to 2 in room small"));
  EXPECT_EQ(LinksLost(net, 'b'), 0u);
  EXPECT_GE(a.counters().of(Reason::kSignalTooLarge).value(), 1u);
}

TEST(Mesh, TellsItsListsInPiecesThatTheOtherHubTakes) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.TakeNoLargerFrames('b', 20'000);
  for (char peer : {'1', '3', '4', '5', '6', '7', '8', '9'}) {
    net.Join('a', peer, "room", R"("n":")" + std::string(10'000, peer) + '"');
  }
  net.Join('b', '2', "room");
  net.Advance(60s);
  EXPECT_EQ(net.hub('b').Stats().remote_peers, 8u);
}

}  // namespace
}  // namespace pigeonhub
