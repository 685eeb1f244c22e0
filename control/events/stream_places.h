// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// How many streams without an end the control API serves: of events, of health, of reflection. Each
// holds a place, and one caller gets some of them only, so that he does not take those of all.
//
// Thread-safe. Outlives the places.
class StreamPlaces {
 public:
  struct Limits {
    size_t all = 1024;
    size_t each = 64;  // of one caller
  };

  // Given back when it ends. Movable.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept;
    Place& operator=(Place&& other) noexcept;
    ~Place();

   private:
    friend class StreamPlaces;
    Place(StreamPlaces& places, std::string caller);

    StreamPlaces* places_ = nullptr;  // null: it is no place
    std::string caller_;
  };

  explicit StreamPlaces(const Limits& limits) : limits_(limits) {}

  // RESOURCE_EXHAUSTED, one line, when all are taken or the caller has as many as one may have.
  absl::StatusOr<Place> Take(const std::string& caller) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void GiveBack(const std::string& caller) ABSL_LOCKS_EXCLUDED(mutex_);

  const Limits limits_;
  Mutex mutex_;
  size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, size_t> by_caller_ ABSL_GUARDED_BY(mutex_);  // none is 0
};

}  // namespace pigeonhub
