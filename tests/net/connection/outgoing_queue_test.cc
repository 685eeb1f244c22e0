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
  OutgoingQueue queue;
  queue.Append("h1", "one");
  queue.Append("h2", "two");
  EXPECT_EQ(queue.front(), "h1oneh2two");
  EXPECT_EQ(queue.bytes(), 10u);
}

TEST(OutgoingQueue, KeepsTheOrderOverManyChunks) {
  OutgoingQueue queue;
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
    OutgoingQueue queue;
    for (int i = 0; i < 50; ++i) queue.Append(std::string(size, '.'));
    EXPECT_LE(queue.capacity(), 2 * queue.bytes() + 4096) << size;
  }
}

TEST(OutgoingQueue, ForgetsEverythingWhenNothingWasBegun) {
  OutgoingQueue queue;
  queue.Append("frame");
  queue.DropUnstarted();
  EXPECT_TRUE(queue.empty());
}

TEST(OutgoingQueue, NeverCutsAFrameThatWasBegun) {
  OutgoingQueue queue;
  queue.Append("begun");
  queue.Consume(2);
  for (int i = 0; i < 1000; ++i) queue.Append(std::string(1000, 'x'));
  queue.DropUnstarted();
  queue.Append("last words");
  EXPECT_EQ(TakeAll(queue), "gunlast words");
}

TEST(OutgoingQueue, CountsWhatIsLeftOfAFrame) {
  OutgoingQueue queue;
  queue.Append("header", "payload");
  queue.Consume(7);
  EXPECT_EQ(queue.bytes(), 6u);
  queue.DropUnstarted();
  EXPECT_EQ(queue.bytes(), 6u);
  EXPECT_EQ(queue.front(), "ayload");
}

}  // namespace
}  // namespace pigeonhub::net
