// SPDX-License-Identifier: Apache-2.0

#include "server/net/loop/recent_lag.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SteadyTime kEpoch{minutes(7)};

std::vector<Duration> LagsOf(const RecentLag& recent, SteadyTime now) {
  std::vector<Duration> lags;
  recent.AddTo(lags, now);
  return lags;
}

TEST(RecentLag, ForgetsWhatIsOlderThanAMinute) {
  RecentLag recent(kEpoch);
  recent.Note(kEpoch, milliseconds(40));
  recent.Note(kEpoch + seconds(30), milliseconds(3));
  EXPECT_EQ(LagsOf(recent, kEpoch + seconds(30)),
            (std::vector<Duration>{milliseconds(40), milliseconds(3)}));
  recent.Note(kEpoch + seconds(60), milliseconds(1));
  EXPECT_EQ(LagsOf(recent, kEpoch + seconds(60)),
            (std::vector<Duration>{milliseconds(3), milliseconds(1)}));
}

TEST(RecentLag, KeepsAsManyAsTheTimerCanComeInAMinute) {
  RecentLag recent(kEpoch);
  SteadyTime now = kEpoch;
  for (int i = 0; i < 2000; ++i) recent.Note(now += TimerWheel::kTick, milliseconds(i));
  const std::vector<Duration> lags = LagsOf(recent, now);
  EXPECT_EQ(lags.size(), 600U);
  EXPECT_EQ(Summarize(lags).max, milliseconds(1999));
}

TEST(RecentLag, CountsALoopThatStandsStillNow) {
  RecentLag recent(kEpoch);
  recent.Note(kEpoch, Duration());
  EXPECT_EQ(Summarize(LagsOf(recent, kEpoch + TimerWheel::kTick + seconds(4))).max, seconds(4));
}

TEST(RecentLag, SumsUpMany) {
  std::vector<Duration> lags;
  for (int i = 1; i <= 200; ++i) lags.push_back(milliseconds(i));
  EXPECT_EQ(Summarize(lags).p99, milliseconds(198));
  EXPECT_EQ(Summarize(lags).max, milliseconds(200));
  EXPECT_EQ(Summarize({milliseconds(5)}).p99, milliseconds(5));
  EXPECT_EQ(Summarize({}).max, Duration());
}

}  // namespace
}  // namespace pigeonhub::net
