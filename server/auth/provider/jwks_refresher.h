// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "server/auth/provider/jwks_fetcher.h"
#include "server/auth/provider/jwks_schedule.h"
#include "server/auth/token/token_key.h"
#include "server/runtime/clock.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::auth {

// How it stands with the keys of an identity provider.
struct JwksState {
  size_t keys = 0;
  size_t skipped = 0;           // keys of the set that cannot be used
  std::optional<Duration> age;  // since they were fetched; empty: there are none
  uint64_t fetches = 0;         // that brought keys
  uint64_t failures = 0;        // that did not
  std::string problem;          // why the last one failed, one line; empty if it did not
};

// Keeps the keys of an identity provider fresh, on a thread of its own from Start to Stop. When is
// JwksSchedule's decision. Thread-safe.
class JwksRefresher {
 public:
  // Both are called on the refresher's thread, without a lock. `use` gets all keys from now on:
  // after each fetch that brought some, and none once they have expired. `report` is called after
  // each fetch and after that.
  struct Handlers {
    std::function<void(std::vector<TokenKey>)> use;
    std::function<void(const JwksState&)> report;
  };

  // The clock outlives it.
  JwksRefresher(std::unique_ptr<JwksFetcher> fetcher, const Clock& clock);
  ~JwksRefresher() { Stop(); }
  JwksRefresher(const JwksRefresher&) = delete;
  JwksRefresher& operator=(const JwksRefresher&) = delete;

  // Once.
  void Start(Handlers handlers);
  // Ends a fetch that is under way, within about a second. No handler runs afterwards.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

  // A token named a key that is not among those of TokenVerifier, whose unknown_kid this is for.
  void NoteUnknownKid(std::string_view kid) ABSL_LOCKS_EXCLUDED(mutex_);

  JwksState state() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  // Waits for the next thing to do. False once it has to end.
  bool WaitForWork() ABSL_LOCKS_EXCLUDED(mutex_);
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);
  void Fetch() ABSL_LOCKS_EXCLUDED(mutex_);
  JwksState StateLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::unique_ptr<JwksFetcher> fetcher_;
  const Clock& clock_;
  Handlers handlers_;
  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  JwksSchedule schedule_ ABSL_GUARDED_BY(mutex_);
  JwksState state_ ABSL_GUARDED_BY(mutex_);  // but for its age
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace pigeonhub::auth
