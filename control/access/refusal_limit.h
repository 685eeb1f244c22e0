// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "server/core/time.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Which refused calls leave an audit event. A caller without the role for a change can call as
// often as it wants, and its events must not push out those of real changes. Each caller gets 10
// events in a row and then one a minute. The calls that left none are counted. Thread-safe.
class RefusalLimit {
 public:
  static constexpr int kInARow = 10;
  static constexpr Duration kEach = std::chrono::minutes(1);
  // Callers are rows of the tokens file or have a certificate of the client CA, so there are seldom
  // as many. When there are, all of them are forgotten.
  static constexpr size_t kMostCallers = 1000;

  // Empty if the call leaves no event. Else the number of this caller's calls since the last event.
  std::optional<uint64_t> Admit(SteadyTime now, const std::string& caller)
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Caller {
    SteadyTime spent_until{};
    uint64_t unrecorded = 0;
  };
  Mutex mutex_;
  std::map<std::string, Caller> callers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
