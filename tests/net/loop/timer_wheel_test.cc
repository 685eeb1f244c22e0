// SPDX-License-Identifier: Apache-2.0

#include "server/net/loop/timer_wheel.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

class TimerWheelTest : public testing::Test {
 protected:
  std::vector<uint64_t> DueAt(Duration since_start) {
    std::vector<uint64_t> keys;
    wheel_.Turn(start_ + since_start,
                [&](const TimerWheel::Deadline& deadline) { keys.push_back(deadline.key); });
    return keys;
  }

  const SteadyTime start_{minutes(7)};
  TimerWheel wheel_{start_};
};

TEST_F(TimerWheelTest, CallsADeadlineOnceItHasPassedAndOnlyOnce) {
  wheel_.Set({1, start_ + milliseconds(250)});
  EXPECT_TRUE(DueAt(milliseconds(249)).empty());
  EXPECT_EQ(DueAt(milliseconds(350)), std::vector<uint64_t>{1});
  EXPECT_TRUE(DueAt(minutes(3)).empty());
}

TEST_F(TimerWheelTest, NeverCallsBeforeTime) {
  for (int ms = 1; ms <= 1000; ++ms)
    wheel_.Set({static_cast<uint64_t>(ms), start_ + milliseconds(ms)});
  for (int now = 0; now <= 1200; now += 7) {
    for (uint64_t key : DueAt(milliseconds(now))) EXPECT_LE(key, static_cast<uint64_t>(now));
  }
}

TEST_F(TimerWheelTest, CallsAPastDeadlineWithTheNextTick) {
  DueAt(minutes(1));
  wheel_.Set({1, start_});
  EXPECT_EQ(DueAt(minutes(1) + TimerWheel::kTick), std::vector<uint64_t>{1});
}

TEST_F(TimerWheelTest, CallsADeadlineBeyondTheHorizonEarlyToBeSetAgain) {
  wheel_.Set({1, start_ + minutes(30)});
  EXPECT_EQ(DueAt(TimerWheel::kTick * TimerWheel::kSlots), std::vector<uint64_t>{1});
}

TEST_F(TimerWheelTest, CatchesUpAfterALongPause) {
  wheel_.Set({1, start_ + milliseconds(300)});
  wheel_.Set({2, start_ + milliseconds(100)});
  EXPECT_EQ(DueAt(minutes(10)), (std::vector<uint64_t>{2, 1}));
}

TEST_F(TimerWheelTest, LetsADeadlineSetTheNext) {
  wheel_.Set({1, start_ + TimerWheel::kTick});
  int calls = 0;
  for (int tick = 1; tick <= 5; ++tick) {
    wheel_.Turn(start_ + tick * TimerWheel::kTick, [&](const TimerWheel::Deadline& deadline) {
      ++calls;
      wheel_.Set({deadline.key, deadline.at + TimerWheel::kTick});
    });
  }
  EXPECT_EQ(calls, 5);
}

}  // namespace
}  // namespace pigeonhub::net
