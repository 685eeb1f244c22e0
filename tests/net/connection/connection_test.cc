// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/connection.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/net/connection/connection_fixture.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

TEST_F(ConnectionTest, TellsTheHubOfAPeerAndOfItsEndOnce) {
  Accept();
  Arrive(Upgrade());
  EXPECT_EQ(heard_, Heard{"opened " + std::string(kPeer) + " from 192.0.2.7"});
  Arrive(ClientFrame(kCloseFrame, ClosePayload(1000, "Client disconnect")));
  EXPECT_EQ(heard_.back(), "closed peer_closed 1000 Client disconnect");
  EXPECT_EQ(heard_.size(), 2u);
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, HandsOnMessagesAndCountsWhatSaysNothing) {
  OpenIt();
  Arrive(ClientFrame(kText, R"({"type":"ping"})") + ClientFrame(kText, "no JSON"));
  EXPECT_EQ(heard_, (Heard{"received 3", "unreadable invalid_message"}));
}

TEST_F(ConnectionTest, TellsALostSocketFromAClosedOne) {
  OpenIt();
  PeerEnds();
  EXPECT_EQ(heard_, Heard{"closed transport_lost 1006"});
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, NoticesALossWhileWriting) {
  OpenIt();
  wire_.awaits_readable = false;  // the read side has not noticed
  wire_.broken = true;
  Send("x");
  Work();
  EXPECT_EQ(heard_, Heard{"closed transport_lost 1006"});
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, WritesAllFramesOfATurnAtOnce) {
  OpenIt();
  for (int i = 0; i < 50; ++i) Send("frame " + std::to_string(i));
  EXPECT_TRUE(wire_.writes.empty());
  Work();
  EXPECT_EQ(wire_.writes.size(), 1u);
  EXPECT_EQ(Frames().size(), 50u);
  EXPECT_EQ(shared_.held.queue.load(), 0u);
}

TEST_F(ConnectionTest, GoesOnWritingWhenThereIsRoomAgain) {
  OpenIt();
  wire_.room = 10;
  Send(std::string(50'000, 'x'));
  Work();
  EXPECT_EQ(wire_.written.size(), 10u);
  EXPECT_GT(shared_.held.queue.load(), 49'000u);
  wire_.room = SIZE_MAX;
  Work();
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].payload.size(), 50'000u);
}

}  // namespace
}  // namespace pigeonhub::net
