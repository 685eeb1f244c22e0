// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <optional>
#include <thread>

#include "server/core/time.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Keeps the hub's time: a thread that sleeps until the next deadline and then runs it. From
// construction to destruction; the dispatcher outlives it.
class DeadlineThread {
 public:
  explicit DeadlineThread(Dispatcher& dispatcher);
  ~DeadlineThread();
  DeadlineThread(const DeadlineThread&) = delete;
  DeadlineThread& operator=(const DeadlineThread&) = delete;

  // Thread-safe: a deadline before all others has come up.
  void Arm(SteadyTime at) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  Dispatcher& dispatcher_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<SteadyTime> next_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: starts when everything else is there
};

}  // namespace pigeonhub
