// SPDX-License-Identifier: Apache-2.0

#include "server/drain_end.h"

#include <utility>

namespace pigeonhub {

void DrainEnd::Note() {
  {
    MutexLock lock(mutex_);
    drained_ = true;
  }
  changed_.notify_all();
}

void DrainEnd::Start(std::function<void()> end) {
  thread_ =
      std::jthread([this, end = std::move(end)](const std::stop_token& stop) { Run(stop, end); });
}

void DrainEnd::Run(const std::stop_token& stop, const std::function<void()>& end) {
  for (;;) {
    {
      MutexLock lock(mutex_);
      const auto drained = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return drained_; };
      if (!changed_.wait(mutex_, stop, drained)) return;
      drained_ = false;
    }
    end();
  }
}

}  // namespace pigeonhub
