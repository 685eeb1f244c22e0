// SPDX-License-Identifier: Apache-2.0
//
// A stranger sends more to a peer than that one reads. The peer stays, hears the others, and the
// stranger is told.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tests/net/test_hub.h"
#include "tests/support/raw_client.h"

namespace pigeonhub::net {
namespace {

constexpr int kSmallBuffer = 16 * 1024;

// How long the receiver reads nothing is not what these tests are about, and nobody here answers
// pings.
DataPlaneOptions Patient() {
  DataPlaneOptions options;
  options.connection.stall_timeout = std::chrono::minutes(10);
  options.connection.message_timeout = std::chrono::minutes(10);
  options.connection.ping_interval = std::chrono::minutes(10);
  return options;
}

TEST(SlowReceiver, OutlivesAFloodOfAStrangerAndHearsOthers) {
  TestHub hub(Patient());
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

TEST(SlowReceiver, OutlivesMembersThatAnnounceAgainAndAgainAndHearsTheirLastWords) {
  TestHub hub(Patient());
  RawClient receiver = Join(hub, PeerIdText(1), "room", kSmallBuffer);
  std::vector<RawClient> members;
  for (uint64_t i = 0; i < 40; ++i) {
    members.push_back(Join(hub, PeerIdText(10 + i), "room"));
    ASSERT_NE(members.back().ReadTextWith(PeerIdText(1)), "");
  }
  constexpr int kRounds = 9;
  for (int round = 1; round <= kRounds; ++round) {
    const std::string words =
        "\"round\":" + std::to_string(round) + ",\"n\":\"" + std::string(15'000, 'x') + "\"";
    for (RawClient& member : members) {
      ASSERT_TRUE(
          member.SendText(R"({"type":"announce","networkName":"room","data":{)" + words + "}}"));
    }
    // The hub has taken it.
    for (RawClient& member : members) {
      ASSERT_TRUE(member.SendText(R"({"type":"ping"})"));
      ASSERT_NE(member.ReadTextWith("pong"), "");
    }
  }
  EXPECT_EQ(hub.Count(Reason::kSlowReader), 0u);
  std::set<std::string> heard;
  while (heard.size() < members.size()) {
    const std::string last = receiver.ReadTextWith("\"round\":" + std::to_string(kRounds));
    ASSERT_NE(last, "") << heard.size();
    for (uint64_t i = 0; i < 40; ++i) {
      if (last.find(PeerIdText(10 + i)) != std::string::npos) heard.insert(PeerIdText(10 + i));
    }
  }
  EXPECT_EQ(hub.Count(Reason::kSlowReader), 0u);
}

}  // namespace
}  // namespace pigeonhub::net
