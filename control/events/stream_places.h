// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/status.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// How many streams without an end the control API serves: of events, of health, of reflection. Each
// holds a place, and one caller gets some of them only, so that he does not take those of all. A
// stream whose caller may not have it any more is ended.
//
// Thread-safe. Outlives the places.
class StreamPlaces {
 public:
  struct Limits {
    size_t all = 1024;
    size_t each = 64;  // of one caller
  };

  // Whether the caller may still have his stream, and if not, why.
  using Check = std::function<grpc::Status()>;
  // Ends the stream, on any thread. The place must not be given back inside of it.
  using End = std::function<void(const grpc::Status& why)>;

 private:
  struct Taken {
    std::string caller;
    Check check;
    End end;                // null: it is not known yet
    uint64_t reviewed = 0;  // the version of the last review
  };

 public:
  // Given back when it ends. Movable.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept;
    Place& operator=(Place&& other) noexcept;
    ~Place();

    // `end` is called once at most, and not after the place was given back. So what it touches
    // lives longer than the place: the last member of a stream.
    void EndsBy(End end);

   private:
    friend class StreamPlaces;
    Place(StreamPlaces& places, std::list<Taken>::iterator taken)
        : places_(&places), taken_(taken) {}

    StreamPlaces* places_ = nullptr;  // null: it is no place
    std::list<Taken>::iterator taken_;
  };

  explicit StreamPlaces(const Limits& limits) : limits_(limits) {}

  // RESOURCE_EXHAUSTED, one line, when all are taken or the caller has as many as one may have.
  absl::StatusOr<Place> Take(const std::string& caller, Check check) ABSL_LOCKS_EXCLUDED(mutex_);

  // Checks each stream once for each version of who may call, and ends those that fail. Version 0
  // is that of a new stream: nobody changes who may call.
  void Review(uint64_t version) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void SetEnd(Taken& taken, End end) ABSL_LOCKS_EXCLUDED(mutex_);
  void GiveBack(std::list<Taken>::iterator taken) ABSL_LOCKS_EXCLUDED(mutex_);

  const Limits limits_;
  Mutex mutex_;
  std::list<Taken> taken_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, size_t> by_caller_ ABSL_GUARDED_BY(mutex_);  // none is 0
};

}  // namespace pigeonhub
