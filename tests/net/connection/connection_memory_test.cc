// SPDX-License-Identifier: Apache-2.0
//
// What a connection holds is known, and given back at once when memory is short.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/net/connection/connection_fixture.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

// The first part of a message, of so many bytes.
std::string FirstFragment(size_t bytes) {
  return ClientFrame(kText, std::string(bytes, 'x'), {.fin = false});
}

TEST_F(ConnectionTest, NotesAMessageThatIsNotComplete) {
  OpenIt();
  Arrive(FirstFragment(100'000));
  EXPECT_EQ(budget_.held().message, 100'000u);
  Arrive(ClientFrame(kContinuation, "end"));
  EXPECT_EQ(budget_.held().message, 0u);
}

TEST_F(ConnectionTest, NotesWhatIsNotRead) {
  OpenIt();
  wire_.room = 0;
  Send(std::string(50'000, 'x'));
  Work();
  EXPECT_GE(budget_.held().queue, 50'000u);
  wire_.room = 1'000'000;
  Work();
  EXPECT_EQ(budget_.held().queue, 0u);
}

TEST_F(ConnectionTest, NotesAsHeldWhatItsSocketDoesNotTake) {
  OpenIt();
  wire_.room = 0;
  Send(std::string(50'000, 'x'));
  Work();
  budget_.Measure(20 << 20);
  EXPECT_TRUE(budget_.TakeLargest().empty()) << "that is not much";
  Send(std::string(90'000, 'x'));
  EXPECT_EQ(budget_.TakeLargest(), std::vector<ConnectionId>{connection_->id()});
}

TEST_F(ConnectionTest, DoesNotGiveWayOnceItIsALink) {
  OpenIt();
  wire_.room = 0;
  for (int i = 0; i < 2; ++i) Send(std::string(70'000, 'x'));
  Work();
  connection_->WatchLink();
  budget_.Measure(20 << 20);
  EXPECT_TRUE(budget_.is_tight());
  EXPECT_TRUE(budget_.TakeLargest().empty()) << "many need it";
  EXPECT_GT(budget_.held().queue, 0u) << "but what it holds counts";
}

TEST_F(ConnectionTest, HoldsWhatItAnnouncedUntilItAnnouncesLess) {
  OpenIt();
  connection_->Keep(16'000);
  EXPECT_EQ(budget_.held().announced, 16'000u);
  connection_->Keep(200'000);
  budget_.Measure(20 << 20);
  connection_->Keep(2'000);
  EXPECT_EQ(budget_.held().announced, 2'000u);
  EXPECT_TRUE(budget_.TakeLargest().empty()) << "that is not much";
  connection_->Keep(200'000);
  EXPECT_EQ(budget_.TakeLargest(), std::vector<ConnectionId>{connection_->id()});
}

TEST_F(ConnectionTest, HoldsWhatItAnnouncedUntilItEnds) {
  OpenIt();
  connection_->Keep(200'000);
  connection_->Close(Reason::kMemoryPressure);
  EXPECT_EQ(budget_.held().announced, 0u);
  connection_->Keep(100'000);
  EXPECT_EQ(budget_.held().announced, 0u) << "the hub forgets it";
}

TEST_F(ConnectionTest, HoldsNothingOfWhatALinkAnnounced) {
  OpenIt();
  connection_->Keep(200'000);
  connection_->WatchLink();
  connection_->Keep(300'000);
  EXPECT_EQ(budget_.held().announced, 0u);
  budget_.Measure(20 << 20);
  EXPECT_TRUE(budget_.TakeLargest().empty());
}

TEST_F(ConnectionTest, DoesNotKeepAWholeChunkUntilTheTurn) {
  OpenIt();
  Send(std::string(50'000, 'x'));
  EXPECT_TRUE(wire_.written.empty()) << "small frames leave together";
  Send(std::string(20'000, 'x'));
  EXPECT_GT(wire_.written.size(), 70'000u);
  EXPECT_EQ(budget_.held().queue, 0u);
}

TEST_F(ConnectionTest, KeepsNothingUntilTheTurnWhileMemoryIsShort) {
  OpenIt();
  budget_.Measure(20 << 20);
  Send("x");
  EXPECT_FALSE(wire_.written.empty());
  wire_.written.clear();
  connection_->SendSignal(1, "header", "payload");
  EXPECT_FALSE(wire_.written.empty());
}

TEST_F(ConnectionTest, TakesItsBytesAlongWhenItEnds) {
  OpenIt();
  Arrive(FirstFragment(100'000));
  wire_.room = 0;
  Send(std::string(50'000, 'x'));
  Work();
  connection_->Keep(16'000);
  connection_.reset();
  EXPECT_EQ(budget_.held().sum(), 0u);
}

TEST_F(ConnectionTest, GivesBackItsMessageWhenMemoryIsShort) {
  OpenIt();
  Arrive(FirstFragment(100'000));
  connection_->Close(Reason::kMemoryPressure);
  Work();
  EXPECT_EQ(heard_, Heard{"closed memory_pressure 1013"});
  EXPECT_EQ(budget_.held().sum(), 0u);
  ASSERT_FALSE(Frames().empty());
  EXPECT_EQ(Frames().back().opcode, kCloseFrame);
  Arrive(ClientFrame(kContinuation, std::string(100'000, 'x')));
  EXPECT_EQ(budget_.held().sum(), 0u) << "what still comes is not kept";
  Pass(std::chrono::seconds(1));
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, GivesBackItsQueueWhenMemoryIsShort) {
  OpenIt();
  wire_.room = 0;
  for (int i = 0; i < 9; ++i) Send(std::string(10'000, 'x'));
  Work();
  connection_->Close(Reason::kMemoryPressure);
  Work();
  EXPECT_LT(budget_.held().sum(), 16'000u);
  Pass(std::chrono::seconds(1));
  EXPECT_TRUE(Gone());
}

}  // namespace
}  // namespace pigeonhub::net
