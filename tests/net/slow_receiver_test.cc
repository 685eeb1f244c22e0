// SPDX-License-Identifier: Apache-2.0
//
// A stranger sends more to a peer than that one reads. The peer stays, hears the others, and the
// stranger is told.
#include <gtest/gtest.h>

#include <string>

#include "tests/net/test_hub.h"
#include "tests/support/raw_client.h"

namespace pigeonhub::net {
namespace {

constexpr int kSmallBuffer = 16 * 1024;

TEST(SlowReceiver, OutlivesAFloodOfAStrangerAndHearsOthers) {
  TestHub hub;
  RawClient receiver = Join(hub, PeerIdText(1), "room", kSmallBuffer);
  RawClient stranger = Join(hub, PeerIdText(2), "room");
  RawClient other = Join(hub, PeerIdText(3), "room");
  ASSERT_NE(stranger.ReadTextWith(PeerIdText(1)), "") << "the receiver is there";
  ASSERT_NE(other.ReadTextWith(PeerIdText(1)), "");

  // The kernel takes some of them before any has to wait.
  const std::string large = OfferTo(PeerIdText(1), "room", std::string(500'000, 'x'));
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(stranger.SendText(large));
  EXPECT_NE(stranger.ReadTextWith("Signal dropped"), "");
  ASSERT_TRUE(other.SendText(OfferTo(PeerIdText(1), "room", "of a friend")));

  EXPECT_NE(receiver.ReadTextWith("of a friend"), "");
  EXPECT_GT(hub.Count(Reason::kReceiverBacklogged), 0u);
  EXPECT_EQ(hub.Count(Reason::kSlowReader), 0u);
  EXPECT_EQ(hub.connections(), 3u);
}

}  // namespace
}  // namespace pigeonhub::net
