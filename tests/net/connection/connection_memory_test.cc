// SPDX-License-Identifier: Apache-2.0
//
// What a connection holds is known, and given back at once when memory is short.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

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
  EXPECT_LT(budget_.held().sum(), MemoryBudget::kStep);
  Pass(std::chrono::seconds(1));
  EXPECT_TRUE(Gone());
}

}  // namespace
}  // namespace pigeonhub::net
