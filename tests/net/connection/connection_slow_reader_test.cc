// SPDX-License-Identifier: Apache-2.0
//
// A reader that is slow or stands still, and what waits for it meanwhile.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/net/connection/connection_fixture.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(ConnectionTest, ClosesAReaderThatLetsItsQueueGrow) {
  OpenIt();
  wire_.room = 1000;
  for (int i = 0; i < 1000 && heard_.empty(); ++i) {
    Send(std::string(5000, 'x'));
    Work();
  }
  EXPECT_EQ(heard_, Heard{"closed slow_reader 1013"});
  EXPECT_LE(shared_.held.queue.load(), 100'000u + 5010);
  // Should it read after all, it gets whole frames and then the reason.
  wire_.room = SIZE_MAX;
  Work();
  ASSERT_FALSE(Frames().empty());
  EXPECT_EQ(Frames().back().opcode, kCloseFrame);
  EXPECT_EQ(Frames().back().close_code(), 1013);
}

TEST_F(ConnectionTest, ResetsASlowReaderThatNeverReads) {
  OpenIt();
  wire_.room = 1000;
  for (int i = 0; i < 50; ++i) {
    Send(std::string(5000, 'x'));
    Work();
  }
  Pass(seconds(2));
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(wire_.reset);
  EXPECT_EQ(heard_.size(), 1u);
  EXPECT_EQ(shared_.held.queue.load(), 0u);
}

TEST_F(ConnectionTest, ClosesAReaderThatStandsStill) {
  OpenIt();
  wire_.room = 10;
  Send("a frame that does not fit");
  Work();
  Pass(shared_.options.stall_timeout - milliseconds(1));
  EXPECT_TRUE(heard_.empty());
  Pass(milliseconds(1));
  EXPECT_EQ(heard_, Heard{"closed slow_reader 1013"});
}

TEST_F(ConnectionTest, IsPatientWithAReaderThatMoves) {
  OpenIt();
  shared_.options.ping_interval = seconds(10'000);
  wire_.room = 10;
  Send(std::string(1000, 'x'));
  for (int i = 0; i < 10; ++i) {
    Work();
    Pass(seconds(9));
    Arrive(ClientFrame(kPong, ""));
    wire_.room = 10;
  }
  EXPECT_TRUE(heard_.empty());
}

TEST_F(ConnectionTest, IsPatientWithAReaderWhoseMachineIsFull) {
  OpenIt();
  wire_.room = 50'000;  // as many are in its machine, and it reads 4,000 bytes a second
  Send(std::string(90'000, 'x'));
  Work();
  for (int i = 0; i < 5; ++i) {
    Pass(seconds(12));
    EXPECT_EQ(heard_, Heard{}) << i;
    wire_.room = 48'000;
    Work();
    Send(std::string(48'000, 'x'));
    Work();
  }
}

TEST_F(ConnectionTest, ClosesAReaderThatLetsItsMachineFillUp) {
  OpenIt();
  wire_.room = 50'000;
  Send(std::string(90'000, 'x'));
  Work();
  Pass(seconds(48));
  EXPECT_EQ(heard_, Heard{});
  Pass(seconds(2));
  EXPECT_EQ(heard_, Heard{"closed slow_reader 1013"}) << "at 1 KiB/s it had read a part";
}

TEST_F(ConnectionTest, DoesNotBlameTheReaderForABurstWithinOneTurn) {
  OpenIt();
  for (int i = 0; i < 10; ++i) Send(std::string(90'000, 'x'));
  Work();
  EXPECT_TRUE(heard_.empty());
  EXPECT_EQ(Frames().size(), 10u);
}

TEST_F(ConnectionTest, LetsOneLongMessagePassTheLimit) {
  OpenIt();
  wire_.room = 0;
  Send(std::string(500'000, 'x'));
  Work();
  EXPECT_TRUE(heard_.empty());
  wire_.room = SIZE_MAX;
  Work();
  EXPECT_EQ(Frames().size(), 1u);
}

TEST_F(ConnectionTest, ClosesAPeerThatPingsWithoutReading) {
  OpenIt();
  wire_.room = 0;
  const std::string ping = ClientFrame(kPing, std::string(125, 'p'));
  for (int i = 0; i < 2000 && heard_.empty(); ++i) Arrive(ping);
  EXPECT_EQ(heard_, Heard{"closed slow_reader 1013"});
}

TEST_F(ConnectionTest, AsksForMoreOfAListWhenItsQueueIsShort) {
  OpenIt();
  wire_.room = 0;
  Send(std::string(90'000, 'x'));
  connection_->ExpectMore();
  Work();
  EXPECT_TRUE(heard_.empty());
  wire_.room = 1000;
  Work();
  EXPECT_TRUE(heard_.empty());
  wire_.room = 60'000;
  Work();
  EXPECT_EQ(heard_, Heard{"want more"});
}

}  // namespace
}  // namespace pigeonhub::net
