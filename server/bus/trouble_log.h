// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::bus {

// Says in the log what is wrong between this hub and its brokers: each kind once, until all is
// well. A bus that cannot be had is tried every second, and whoever reads the log needs one line of
// it.
//
// Thread-safe.
class TroubleLog {
 public:
  explicit TroubleLog(Log& log) : log_(log) {}

  // The code of `trouble` is its kind; see NatsConnection. `server` is without credentials.
  void Note(std::string_view server, const absl::Status& trouble) ABSL_LOCKS_EXCLUDED(mutex_);
  void AllIsWell() ABSL_LOCKS_EXCLUDED(mutex_);

  // The latest since all was well; empty: none.
  std::string last() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The first of this kind since all was well; empty: none.
  std::string said(absl::StatusCode kind) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  Log& log_;
  mutable Mutex mutex_;
  std::map<absl::StatusCode, std::string> said_ ABSL_GUARDED_BY(mutex_);
  std::string last_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub::bus
