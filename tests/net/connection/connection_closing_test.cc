// SPDX-License-Identifier: Apache-2.0
//
// How a connection ends, and what its peer can still read of that.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <variant>

#include "tests/net/connection/connection_fixture.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;

TEST_F(ConnectionTest, SaysWhyItClosesAfterWhatWasQueued) {
  OpenIt();
  Send("first");
  connection_->Close(Reason::kServerShutdown);
  EXPECT_TRUE(heard_.empty());  // effects submit nothing themselves
  Send("too late");
  Work();
  EXPECT_EQ(heard_, Heard{"closed server_shutdown 1000"});
  ASSERT_EQ(Frames().size(), 2u);
  EXPECT_EQ(Frames()[0].payload, "first");
  EXPECT_EQ(Frames()[1].close_text(), "Server shutting down");
  EXPECT_FALSE(Gone());
  Arrive(ClientFrame(kText, R"({"type":"ping"})") + ClientFrame(kCloseFrame, ClosePayload(1000)));
  EXPECT_TRUE(Gone());
  EXPECT_EQ(heard_.size(), 1u);
}

TEST_F(ConnectionTest, DoesNotWaitForEverForTheAnswerToAClose) {
  OpenIt();
  connection_->Close(Reason::kOperator);
  Work();
  Pass(shared_.options.close_timeout - milliseconds(1));
  EXPECT_FALSE(Gone());
  Pass(milliseconds(1));
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(wire_.reset);
}

TEST_F(ConnectionTest, MayBeClosedFromWithinItsOwnMessage) {
  OpenIt();
  on_submit_ = [this](const Input& input) {
    if (std::holds_alternative<Received>(input)) connection_->Close(Reason::kGoodbye);
  };
  Arrive(ClientFrame(kText, R"({"type":"goodbye"})") + ClientFrame(kText, R"({"type":"ping"})"));
  EXPECT_EQ(heard_, (Heard{"received 1", "closed goodbye 1000"}));
}

TEST_F(ConnectionTest, ClosesANewcomerThatWasPaused) {
  on_submit_ = [this](const Input& input) {
    if (std::holds_alternative<Opened>(input)) connection_->PauseReading();
  };
  Accept();
  Arrive(Upgrade() + ClientFrame(kText, R"({"type":"ping"})"));
  connection_->Close(Reason::kPeerAlreadyConnected);
  Work();
  EXPECT_EQ(heard_.back(), "closed peer_already_connected 1008");
  EXPECT_EQ(heard_.size(), 2u);
  Arrive(ClientFrame(kCloseFrame, ClosePayload(1008)));
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, LetsAViolatorReadWhyBeforeTheSocketCloses) {
  OpenIt();
  Arrive(ClientFrame(kText, "", {.length_bytes = 8, .claimed_size = int64_t{1} << 40}));
  EXPECT_EQ(heard_, Heard{"closed message_too_big 1009"});
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].close_code(), 1009);
  EXPECT_TRUE(wire_.send_shut);
  Arrive(std::string(200'000, 'x'));  // it goes on sending; a reset now would lose our close frame
  EXPECT_TRUE(wire_.incoming.empty());
  EXPECT_FALSE(Gone());
  PeerEnds();
  EXPECT_TRUE(Gone());
  EXPECT_FALSE(wire_.reset);
}

TEST_F(ConnectionTest, DropsAViolatorThatNeverStops) {
  OpenIt();
  Arrive(ClientFrame(kText, "x", {.masked = false}));
  Pass(shared_.options.close_timeout);
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, IsToldAsOverWhenItIsAborted) {
  OpenIt();
  connection_->Abort(Reason::kInternalError);
  Work();
  EXPECT_EQ(heard_, Heard{"closed internal_error 1011"});
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(wire_.reset);
}

}  // namespace
}  // namespace pigeonhub::net
