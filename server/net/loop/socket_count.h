// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>

#include "server/core/time.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::net {

// How many sockets all loops have together. A socket counts from when a loop takes it over until it
// is closed.
//
// Thread-safe.
class SocketCount {
 public:
  void Add() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    ++count_;
  }
  void Remove() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    if (--count_ == 0) none_left_.notify_all();
  }
  size_t value() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return count_;
  }
  // False if some were left after `limit`.
  bool WaitForNone(Duration limit) ABSL_LOCKS_EXCLUDED(mutex_) {
    const auto until = std::chrono::steady_clock::now() + limit;
    MutexLock lock(mutex_);
    while (count_ > 0) {
      if (none_left_.wait_until(mutex_, until) == std::cv_status::timeout) return count_ == 0;
    }
    return true;
  }

 private:
  mutable Mutex mutex_;
  std::condition_variable_any none_left_;
  size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace pigeonhub::net
