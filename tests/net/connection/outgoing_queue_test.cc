// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/outgoing_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub::net {
namespace {

std::string TakeAll(OutgoingQueue& queue) {
  std::string all;
  while (!queue.empty()) {
    all += queue.front();
    queue.Consume(queue.front().size());
  }
  return all;
}

TEST(OutgoingQueue, GivesSmallFramesInOnePiece) {
  SpareChunks spare;
  OutgoingQueue queue(spare);
  queue.Append("h1", "one");
  queue.Append("h2", "two");
  EXPECT_EQ(queue.front(), "h1oneh2two");
  EXPECT_EQ(queue.bytes(), 10u);
}

TEST(OutgoingQueue, KeepsTheOrderOverManyChunks) {
  SpareChunks spare;
  OutgoingQueue queue(spare);
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    const std::string frame = std::to_string(i) + std::string(5000, '.');
    queue.Append(frame);
    expected += frame;
  }
  EXPECT_LE(queue.front().size(), OutgoingQueue::kChunkSize);
  EXPECT_EQ(TakeAll(queue), expected);
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(OutgoingQueue, TakesNoMoreMemoryThanTwiceWhatWaits) {
  for (const size_t size : {10, 1000, 9000, 15'000, 22'000, 33'000, 40'000, 70'000}) {
    SpareChunks spare;
    OutgoingQueue queue(spare);
    for (int i = 0; i < 50; ++i) queue.Append(std::string(size, '.'));
    EXPECT_LE(queue.capacity(), 2 * queue.bytes() + 4096) << size;
  }
}

TEST(OutgoingQueue, ForgetsEverythingWhenNothingWasBegun) {
  SpareChunks spare;
  OutgoingQueue queue(spare);
  queue.Append("frame");
  queue.DropUnstarted();
  EXPECT_TRUE(queue.empty());
}

TEST(OutgoingQueue, NeverCutsAFrameThatWasBegun) {
  SpareChunks spare;
  OutgoingQueue queue(spare);
  queue.Append("begun");
  queue.Consume(2);
  for (int i = 0; i < 1000; ++i) queue.Append(std::string(1000, 'x'));
  queue.DropUnstarted();
  queue.Append("last words");
  EXPECT_EQ(TakeAll(queue), "gunlast words");
}

TEST(OutgoingQueue, CountsWhatIsLeftOfAFrame) {
  SpareChunks spare;
  OutgoingQueue queue(spare);
  queue.Append("header", "payload");
  queue.Consume(7);
  EXPECT_EQ(queue.bytes(), 6u);
  queue.DropUnstarted();
  EXPECT_EQ(queue.bytes(), 6u);
  EXPECT_EQ(queue.front(), "ayload");
}

TEST(OutgoingQueue, GivesAnEmptiedChunkToTheNextThatNeedsOne) {
  SpareChunks spare;
  OutgoingQueue one(spare);
  OutgoingQueue other(spare);
  one.Append(std::string(1500, 'a'));
  const char* const chunk = one.front().data();
  EXPECT_EQ(TakeAll(one), std::string(1500, 'a'));
  EXPECT_EQ(one.capacity(), 0u);
  other.Append(std::string(1000, 'b'));
  EXPECT_EQ(other.front().data(), chunk);
  EXPECT_EQ(TakeAll(other), std::string(1000, 'b'));
  EXPECT_EQ(spare.count(), 1u);
}

TEST(OutgoingQueue, TakesOnlyWhatItNeedsWhenItHasToWait) {
  SpareChunks spare;
  OutgoingQueue queue(spare);
  queue.Append(std::string(3000, 'a'));
  queue.Clear();
  queue.Append("header", "payload");
  queue.Consume(2);
  EXPECT_GE(queue.capacity(), 3000u);
  queue.Fit();
  EXPECT_LE(queue.capacity(), 30u);
  EXPECT_EQ(spare.count(), 1u);
  queue.DropUnstarted();  // nothing: the frame was begun
  EXPECT_EQ(TakeAll(queue), "aderpayload");
}

TEST(SpareChunks, KeepFewAndNoneThatIsLarge) {
  SpareChunks spare;
  for (size_t i = 0; i < 2 * SpareChunks::kMost; ++i) spare.Give(std::string(1000, '.'));
  EXPECT_EQ(spare.count(), SpareChunks::kMost);
  for (size_t i = 0; i < SpareChunks::kMost; ++i) {
    const std::string chunk = spare.Take(2000);
    EXPECT_TRUE(chunk.empty());
    EXPECT_GE(chunk.capacity(), 2000u);
  }
  EXPECT_EQ(spare.count(), 0u);
  spare.Give(std::string(SpareChunks::kLargest + 1, '.'));
  EXPECT_EQ(spare.count(), 0u);
}

}  // namespace
}  // namespace pigeonhub::net
