// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "pigeonhub/event.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Which signals the parts of the program watch. The core makes events of what any of them watches,
// and of nothing while none does. Thread-safe.
class SignalDemand {
 public:
  // `dispatcher` outlives this.
  explicit SignalDemand(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}

  // From now on `part` watches this, and not what it watched before. Empty: nothing.
  void Set(const std::string& part, std::vector<SignalFilter> filters) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Dispatcher& dispatcher_;
  Mutex mutex_;  // held until the core knows, so that it hears the last one last
  std::map<std::string, std::vector<SignalFilter>> filters_ ABSL_GUARDED_BY(mutex_);  // by part
};

}  // namespace pigeonhub
