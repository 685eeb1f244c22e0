// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <map>
#include <memory>
#include <string_view>

#include "server/core/counters.h"
#include "server/core/time.h"
#include "server/runtime/exposition.h"
#include "server/runtime/mutex.h"

namespace grpc::experimental {
class ServerInterceptorFactoryInterface;
}  // namespace grpc::experimental

namespace pigeonhub {

// How often each method of the control API was called, how that ended and how long it took. All
// methods that this API does not have count as "other", so the set of labels is fixed. Thread-safe.
class CallMetrics {
 public:
  // The code is a grpc::StatusCode. `took` counts for calls that end with their answer; a stream
  // lasts as long as its watcher wants.
  void Count(std::string_view method, int code, Duration took, bool is_stream)
      ABSL_LOCKS_EXCLUDED(mutex_);

  void AddTo(Exposition& out) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  static constexpr int kCodes = 17;
  struct Row {
    std::array<uint64_t, kCodes> calls{};
    std::unique_ptr<Histogram> seconds = std::make_unique<Histogram>();
  };

  mutable Mutex mutex_;
  std::map<std::string_view, Row> rows_ ABSL_GUARDED_BY(mutex_);  // keys are those of MethodRoles
};

// Counts every call. `metrics` outlives the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeCallMeter(
    CallMetrics& metrics);

}  // namespace pigeonhub
