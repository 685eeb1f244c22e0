// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "server/core/time.h"

namespace pigeonhub::auth {

struct FetchedJwks {
  std::string text;
  std::optional<Duration> max_age;  // what its Cache-Control says; empty: nothing
};

// Gets the keys of an identity provider. Fetch is called by one thread at a time.
class JwksFetcher {
 public:
  virtual ~JwksFetcher() = default;
  // Waits for it, 10 s at most. UNAVAILABLE says in one line what is wrong.
  virtual absl::StatusOr<FetchedJwks> Fetch() = 0;
  // From any thread: the fetch that is under way and all later ones fail soon.
  virtual void Cancel() = 0;
};

}  // namespace pigeonhub::auth
