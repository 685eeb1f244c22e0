// SPDX-License-Identifier: Apache-2.0

#include "control/pages/ice.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

const std::optional<PeerId> kPeer = PeerId::Parse("4781a1b2c3d4e5f60718293a4b5c6d7e8f901234");

// What `openssl dgst -sha1 -hmac north -binary | base64` says of the name.
TEST(Ice, MakesCredentialsAsCoturnChecksThem) {
  const TurnCredentials of_peer = MakeTurnCredentials("north", kPeer, 1767225600);
  EXPECT_EQ(of_peer.username, "1767225600:4781a1b2c3d4e5f60718293a4b5c6d7e8f901234");
  EXPECT_EQ(of_peer.credential, "ELY7smrN/VLp/I7hRwfJNbhbs8s=");
  const TurnCredentials of_nobody = MakeTurnCredentials("north", std::nullopt, 1767225600);
  EXPECT_EQ(of_nobody.username, "1767225600");
  EXPECT_EQ(of_nobody.credential, "tMggyc2erg9lbM/dASX9Yu09OkM=");
}

TEST(Ice, GivesCredentialsForTurnAlone) {
  const IceServers servers{
      .urls = {"stun:s.example", "turn:t.example:3478", "turns:t.example?transport=tcp"},
      .turn_secret = "north",
      .ttl = std::chrono::hours(1)};
  EXPECT_EQ(IceJson(servers, kPeer, (1767225600 - 3600) * UnixMillis{1000} + 999),
            "{\"iceServers\":[{\"urls\":[\"stun:s.example\"]},{\"urls\":[\"turn:t.example:3478\","
            "\"turns:t.example?transport=tcp\"],\"username\":\"1767225600:"
            "4781a1b2c3d4e5f60718293a4b5c6d7e8f901234\",\"credential\":"
            "\"ELY7smrN/VLp/I7hRwfJNbhbs8s=\"}],\"ttl\":3600}\n");
}

TEST(Ice, IsAnEmptyListWithoutServers) {
  EXPECT_EQ(IceJson({.ttl = std::chrono::minutes(10)}, kPeer, 0),
            "{\"iceServers\":[],\"ttl\":600}\n");
}

}  // namespace
}  // namespace pigeonhub
