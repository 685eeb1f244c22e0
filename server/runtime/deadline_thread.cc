// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/deadline_thread.h"

namespace pigeonhub {

DeadlineThread::DeadlineThread(Dispatcher& dispatcher)
    : dispatcher_(dispatcher), thread_([this] { Run(); }) {}

DeadlineThread::~DeadlineThread() {
  {
    MutexLock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void DeadlineThread::Arm(SteadyTime at) {
  {
    MutexLock lock(mutex_);
    if (next_.has_value() && *next_ <= at) return;
    next_ = at;
  }
  changed_.notify_one();
}

void DeadlineThread::Run() {
  for (;;) {
    {
      MutexLock lock(mutex_);
      while (!ending_ && (!next_.has_value() || *next_ > std::chrono::steady_clock::now())) {
        if (next_.has_value()) {
          // A copy: wait_until reads its argument after it has let go of the lock.
          const SteadyTime next = *next_;
          changed_.wait_until(mutex_, next);
        } else {
          changed_.wait(mutex_);
        }
      }
      if (ending_) return;
      next_.reset();
    }
    if (const std::optional<SteadyTime> next = dispatcher_.RunDeadlines()) Arm(*next);
  }
}

}  // namespace pigeonhub
