// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <cstddef>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "server/core/ids.h"
#include "server/core/time.h"
#include "server/net/loop/connection_figures.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::net {

// A question to several loops how their connections are doing. Each loop answers on its own thread.
// Who asks does not wait for one that stands still. Thread-safe; the loops and who asks share it.
class FiguresQuestion {
 public:
  // `loops`: that are asked.
  FiguresQuestion(std::vector<ConnectionId> connections, FiguresWanted wanted, size_t loops)
      : connections_(std::move(connections)),
        wanted_(wanted),
        waiting_for_(loops),
        answers_(connections_.size()) {}

  const std::vector<ConnectionId>& connections() const { return connections_; }
  FiguresWanted wanted() const { return wanted_; }

  // What one loop knows: places in connections(), and the figures there.
  void Answer(const std::vector<std::pair<size_t, ConnectionFigures>>& known)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      MutexLock lock(mutex_);
      for (const auto& [place, figures] : known) answers_[place] = figures;
      --waiting_for_;
    }
    answered_.notify_one();
  }

  // In the order of connections(), as far as the loops have answered within `limit`.
  std::vector<ConnectionFigures> Wait(Duration limit) ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    answered_.wait_for(mutex_, limit, [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return waiting_for_ == 0;
    });
    return answers_;
  }

 private:
  const std::vector<ConnectionId> connections_;
  const FiguresWanted wanted_;
  Mutex mutex_;
  std::condition_variable_any answered_;
  size_t waiting_for_ ABSL_GUARDED_BY(mutex_);
  std::vector<ConnectionFigures> answers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub::net
