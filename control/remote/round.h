// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "control/remote/one_hub.h"
#include "server/core/time.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Asks several hubs, some at a time, and takes their answers in their order. It is bounded in time
// and in bytes. Thread-safe; lives until it is over.
class Round : public std::enable_shared_from_this<Round> {
 public:
  struct Stop {
    std::string hub;
    std::string request;   // serialized
    grpc::Status why_not;  // it cannot be asked
  };
  struct Plan {
    std::string method;  // with its package
    Principal caller;
    std::vector<Stop> stops;
    size_t at_once = 1;
    Duration each{};        // for one hub
    SteadyTime end;         // nobody is asked any more
    size_t most_bytes = 0;  // of answers that wait for their turn
  };
  // Takes the answer of the hub with this index. False: the round ends before it.
  using Take = std::function<bool(size_t index, HubAnswer& answer)>;
  using OnEnd = std::function<void()>;

  static void Begin(OneHub& hubs, const Clock& clock, Plan plan, Take take, OnEnd on_end);

 private:
  Round(OneHub& hubs, const Clock& clock, Plan plan, Take take, OnEnd on_end)
      : hubs_(hubs),
        clock_(clock),
        plan_(std::move(plan)),
        take_(std::move(take)),
        on_end_(std::move(on_end)) {}

  // Asks the next ones, and takes what has come, until there is nothing to do.
  void GoOn() ABSL_LOCKS_EXCLUDED(mutex_);
  void Ask(size_t index) ABSL_LOCKS_EXCLUDED(mutex_);
  void Came(size_t index, HubAnswer answer) ABSL_LOCKS_EXCLUDED(mutex_);

  OneHub& hubs_;
  const Clock& clock_;
  const Plan plan_;
  const Take take_;
  const OnEnd on_end_;

  Mutex mutex_;
  bool taking_ ABSL_GUARDED_BY(mutex_) = false;  // by some thread
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  size_t to_ask_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t to_take_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<size_t, HubAnswer> came_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
