// SPDX-License-Identifier: Apache-2.0

#include "server/net/loop/recent_lag.h"

#include <algorithm>

namespace pigeonhub::net {

void RecentLag::Note(SteadyTime now, Duration late) {
  MutexLock lock(mutex_);
  last_ = now;
  samples_[count_++ % samples_.size()] = {now, late};
}

void RecentLag::AddTo(std::vector<Duration>& lags, SteadyTime now) const {
  MutexLock lock(mutex_);
  for (size_t i = 0; i < std::min(count_, samples_.size()); ++i) {
    if (now - samples_[i].at < kWindow) lags.push_back(samples_[i].late);
  }
  const Duration late = now - (last_ + TimerWheel::kTick);
  if (late > Duration()) lags.push_back(late);
}

LagSummary Summarize(std::vector<Duration> lags) {
  if (lags.empty()) return {};
  std::sort(lags.begin(), lags.end());
  return {lags[(lags.size() * 99 + 99) / 100 - 1], lags.back()};
}

}  // namespace pigeonhub::net
