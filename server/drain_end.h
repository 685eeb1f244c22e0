// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Ends drains on a thread of its own. A drain ends with a stop, which waits for connections to
// close. No thread of the hub has time for that, and a listener may wait for the end itself.
class DrainEnd {
 public:
  // From any thread: a drain has finished.
  void Note() ABSL_LOCKS_EXCLUDED(mutex_);

  // From now on each Note is followed by a call of `end`, until Quit returns. Once each.
  void Start(std::function<void()> end);
  void Quit() { thread_ = {}; }

 private:
  void Run(const std::stop_token& stop, const std::function<void()>& end)
      ABSL_LOCKS_EXCLUDED(mutex_);

  Mutex mutex_;
  std::condition_variable_any changed_;
  bool drained_ ABSL_GUARDED_BY(mutex_) = false;  // and Run has not seen it
  std::jthread thread_;
};

}  // namespace pigeonhub
