// SPDX-License-Identifier: Apache-2.0
//
// Whether the peer at the other end still lives.
#include <gtest/gtest.h>

#include <chrono>
#include <variant>

#include "tests/net/connection/connection_fixture.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

using std::chrono::seconds;

TEST_F(ConnectionTest, PingsAndGivesUpOnSilence) {
  OpenIt();
  Pass(seconds(25));
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].opcode, kPing);
  Pass(seconds(10));
  EXPECT_EQ(heard_, Heard{"closed unresponsive 1001"});
  EXPECT_FALSE(Gone());
  Pass(seconds(5));
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, KeepsAPeerThatAnswers) {
  OpenIt();
  for (int i = 0; i < 100; ++i) {
    Pass(seconds(9));
    Arrive(ClientFrame(kPong, ""));
  }
  EXPECT_TRUE(heard_.empty());
  EXPECT_GE(Frames().size(), 900u / 25);
}

TEST_F(ConnectionTest, KeepsAWriterInTheMidstOfALongMessage) {
  OpenIt();
  const std::string message = ClientFrame(kText, std::string(600'000, ' '));
  for (size_t at = 0; at < message.size(); at += 12'000) {
    Pass(seconds(1));
    Arrive(message.substr(at, 12'000));
  }
  EXPECT_EQ(heard_.size(), 1u) << heard_.front();
}

TEST_F(ConnectionTest, KeepsAWriterInTheMidstOfATlsRecord) {
  OpenIt();
  wire_.within_record = true;
  for (int i = 0; i < 20; ++i) {
    Pass(seconds(5));
    Arrive("bytes");
  }
  EXPECT_EQ(heard_, Heard{});
  Pass(seconds(35));
  EXPECT_EQ(heard_, Heard{"closed unresponsive 1001"});
}

TEST_F(ConnectionTest, KeepsAReaderThatComesToThePingLate) {
  OpenIt();
  Send(std::string(90'000, 'x'));
  Work();
  Pass(seconds(25));
  const std::string mark = Frames().back().payload;
  Pass(seconds(70));
  EXPECT_EQ(heard_, Heard{});
  Arrive(ClientFrame(kPong, mark));
  Pass(seconds(9));
  EXPECT_EQ(heard_, Heard{});
  Pass(seconds(26));
  EXPECT_EQ(heard_, Heard{"closed unresponsive 1001"}) << "all of that was read";
}

TEST_F(ConnectionTest, DoesNotWaitForAReaderWhoseMachineIsSilent) {
  OpenIt();
  Send(std::string(90'000, 'x'));
  Work();
  Pass(seconds(25));
  wire_.unconfirmed = 60'000;
  wire_.silent = seconds(30);
  Pass(seconds(10));
  EXPECT_EQ(heard_, Heard{"closed unresponsive 1001"});
}

TEST_F(ConnectionTest, TakesAPartOfAFrameForTheAnswerToAProbe) {
  OpenIt();
  const std::string message = ClientFrame(kText, std::string(600, ' '));
  Arrive(message.substr(0, 300));
  connection_->Probe();
  Work();
  EXPECT_EQ(heard_, Heard{});
  Arrive(message.substr(300, 10));
  EXPECT_EQ(heard_, Heard{"alive"});
}

TEST_F(ConnectionTest, DoesNotTakeTheBeginningOfAMessageForTheAnswerToAProbe) {
  OpenIt();
  const std::string goodbye = ClientFrame(kText, R"({"type":"goodbye"})");
  connection_->Probe();
  Arrive(goodbye.substr(0, 10));
  EXPECT_EQ(heard_, Heard{}) << "it may be the peer's last word";
  Arrive(goodbye.substr(10, 5));
  EXPECT_EQ(heard_, Heard{"alive"}) << "it goes on for longer than a last word";
}

TEST_F(ConnectionTest, WatchesLinksMoreClosely) {
  OpenIt();
  connection_->WatchLink();
  Pass(seconds(5));
  EXPECT_EQ(Frames().size(), 1u);
  Pass(seconds(10));
  EXPECT_EQ(heard_, Heard{"closed unresponsive 1001"});
}

TEST_F(ConnectionTest, ReportsTheFirstFrameAfterAProbe) {
  OpenIt();
  connection_->Probe();
  Work();
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].opcode, kPing);
  Arrive(ClientFrame(kText, R"({"type":"ping"})") + ClientFrame(kPong, ""));
  EXPECT_EQ(heard_, (Heard{"received 3", "alive"}));
}

TEST_F(ConnectionTest, ReportsNoLifeWhereTheFirstFrameAfterAProbeCloses) {
  OpenIt();
  connection_->Probe();
  Arrive(ClientFrame(kCloseFrame, ClosePayload(1001, "")));
  EXPECT_EQ(heard_, Heard{"closed peer_closed 1001"});
}

TEST_F(ConnectionTest, ReadsNothingWhilePaused) {
  on_submit_ = [this](const Input& input) {
    if (std::holds_alternative<Opened>(input)) connection_->PauseReading();
  };
  Accept();
  Arrive(Upgrade() + ClientFrame(kText, R"({"type":"ping"})"));
  EXPECT_EQ(heard_.size(), 1u);
  EXPECT_FALSE(wire_.awaits_readable);
  Pass(seconds(60));  // its silence is ours
  EXPECT_EQ(heard_.size(), 1u);

  connection_->ResumeReading();
  EXPECT_EQ(heard_.size(), 1u);  // effects submit nothing themselves
  Arrive(ClientFrame(kText, R"({"type":"ping"})"));
  EXPECT_EQ((Heard{heard_.begin() + 1, heard_.end()}), (Heard{"received 3", "received 3"}));
}

}  // namespace
}  // namespace pigeonhub::net
