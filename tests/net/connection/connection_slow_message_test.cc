// SPDX-License-Identifier: Apache-2.0
//
// Messages that begin and take long to end.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/net/connection/connection_fixture.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kMessage = ClientFrame(kText, std::string(900'000, ' '));

class SlowMessage : public ConnectionTest {
 protected:
  // The next piece of kMessage.
  void ArriveNext(size_t bytes) {
    Arrive(kMessage.substr(at_, bytes));
    at_ += bytes;
  }

  size_t at_ = 0;
};

TEST_F(SlowMessage, IsClosedWhenItStandsStillForTenSeconds) {
  OpenIt();
  ArriveNext(800'000);
  Pass(seconds(10) - milliseconds(1));
  EXPECT_EQ(heard_, Heard{});
  Pass(milliseconds(1));
  EXPECT_EQ(heard_, Heard{"closed slow_message 1008"});
  ASSERT_FALSE(Frames().empty());
  EXPECT_EQ(Frames().back().close_text(), "Message too slow");
  Pass(seconds(1));
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(wire_.reset);
}

TEST_F(SlowMessage, IsClosedAlsoIfItsFirstBytesAreAllThereIs) {
  OpenIt();
  ArriveNext(20);
  Pass(seconds(10));
  EXPECT_EQ(heard_, Heard{"closed slow_message 1008"});
}

TEST_F(SlowMessage, MayTakeAsLongAsItMoves) {
  OpenIt();
  ArriveNext(1000);
  for (int second = 0; second < 120; ++second) {
    Pass(seconds(1));
    ArriveNext(1100);
  }
  EXPECT_EQ(heard_, Heard{});
  Pass(seconds(10));
  EXPECT_EQ(heard_, Heard{"closed slow_message 1008"}) << "it has stopped";
}

TEST_F(SlowMessage, IsClosedWhenItTrickles) {
  OpenIt();
  for (int second = 0; second < 10; ++second) {
    ArriveNext(900);
    Pass(seconds(1));
  }
  EXPECT_EQ(heard_, Heard{"closed slow_message 1008"});
}

TEST_F(SlowMessage, IsNotExcusedByAnswersToPings) {
  OpenIt();
  Arrive(ClientFrame(kText, "begun", {.fin = false}));
  for (int second = 0; second < 10; ++second) {
    Pass(seconds(1));
    Arrive(ClientFrame(kPong, ""));
  }
  EXPECT_EQ(heard_, Heard{"closed slow_message 1008"});
}

TEST_F(SlowMessage, HasItsTimeFromItsOwnFirstByte) {
  OpenIt();
  const std::string small = ClientFrame(kText, R"({"type":"ping"})");
  // Each read ends one message and begins the next.
  Arrive(small.substr(0, 10));
  for (int i = 0; i < 20; ++i) {
    Pass(seconds(4));
    Arrive(small.substr(10) + small.substr(0, 10));
  }
  EXPECT_EQ(heard_.size(), 20u);
  EXPECT_EQ(heard_.back(), "received 3");
}

TEST_F(SlowMessage, IsNotBlamedWhileThisHubDoesNotRead) {
  OpenIt();
  ArriveNext(800'000);
  connection_->PauseReading();
  Pass(seconds(60));
  EXPECT_EQ(heard_, Heard{});
  connection_->ResumeReading();
  Work();
  Pass(seconds(9));
  EXPECT_EQ(heard_, Heard{});
  Pass(seconds(1));
  EXPECT_EQ(heard_, Heard{"closed slow_message 1008"});
}

}  // namespace
}  // namespace pigeonhub::net
