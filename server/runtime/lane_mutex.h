// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <mutex>
#include <vector>

#include "absl/base/thread_annotations.h"

namespace pigeonhub {

// A lock that is cheap to share, for threads that share it all the time: each takes the lock of its
// own lane, which no other core has in its cache. Who wants it alone takes those of all lanes, and
// pays for each.
//
// Not std::shared_mutex: its readers all write to one word.
class ABSL_LOCKABLE LaneMutex {
 public:
  // More lanes would make it dearer to be alone than it is to share one with a few.
  static constexpr unsigned kMostLanes = 16;

  explicit LaneMutex(unsigned lanes) : lanes_(std::clamp(lanes, 1u, kMostLanes)) {}

  // Alone; hold it with a MutexLock.
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() {
    for (Lane& lane : lanes_) lane.mutex.lock();
  }
  void Unlock() ABSL_UNLOCK_FUNCTION() {
    for (Lane& lane : lanes_) lane.mutex.unlock();
  }

  // Together with others. Any number is a lane; give each thread its own.
  void LockLane(unsigned lane) ABSL_SHARED_LOCK_FUNCTION() { At(lane).lock(); }
  void UnlockLane(unsigned lane) ABSL_UNLOCK_FUNCTION() { At(lane).unlock(); }

 private:
  struct alignas(64) Lane {  // a cache line
    std::mutex mutex;
  };

  std::mutex& At(unsigned lane) { return lanes_[lane % lanes_.size()].mutex; }

  std::vector<Lane> lanes_;
};

class ABSL_SCOPED_LOCKABLE LaneLock {
 public:
  LaneLock(LaneMutex& mutex, unsigned lane) ABSL_SHARED_LOCK_FUNCTION(mutex)
      : mutex_(mutex), lane_(lane) {
    mutex_.LockLane(lane);
  }
  ~LaneLock() ABSL_UNLOCK_FUNCTION() { mutex_.UnlockLane(lane_); }
  LaneLock(const LaneLock&) = delete;
  LaneLock& operator=(const LaneLock&) = delete;

 private:
  LaneMutex& mutex_;
  const unsigned lane_;
};

}  // namespace pigeonhub
