// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

#include "server/runtime/mutex.h"

namespace pigeonhub {

// One thread that runs what it is given, in order. It makes the changes that come through the
// control API, for two reasons. A change may take seconds, such as closing a thousand connections,
// and gRPC has few threads. And one change at a time is easier to reason about than several.
class Worker {
 public:
  static constexpr size_t kMostWaiting = 256;

  Worker() : thread_([this] { Run(); }) {}
  // Runs the tasks that wait, then ends.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // False if too many tasks wait already; the task does not run then.
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
