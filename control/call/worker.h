// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

#include "server/runtime/mutex.h"

namespace pigeonhub {

// One thread that runs what it is given, in order. Changes through the control API take this way:
// they may last (closing a thousand connections takes seconds) and gRPC's threads are few; and one
// change at a time is easier to reason about than several.
class Worker {
 public:
  static constexpr size_t kMostWaiting = 256;

  Worker() : thread_([this] { Run(); }) {}
  // Runs what is waiting, then ends.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // False, and nothing done, when too many wait already.
  [[nodiscard]] bool Post(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace pigeonhub
