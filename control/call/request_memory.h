// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>

#include "server/base/digest.h"
#include "server/core/time.h"

namespace pigeonhub {

// How a call ended: a status or a serialized response.
struct Outcome {
  int code = 0;
  std::string message;
  std::string details;
  std::string response;
};

// Outcomes of changes by their request ids, so that a caller who repeats a request, not knowing
// whether the first one arrived, gets the first one's answer and changes nothing twice. Failures
// that pass are not kept: a caller that is asked to try again does so with the same id.
//
// Remembers an outcome for 10 minutes. There are at most 1000 outcomes; one more makes it forget
// the oldest early. Not thread-safe: it lives on the worker's thread.
class RequestMemory {
 public:
  static constexpr Duration kKeep = std::chrono::minutes(10);
  static constexpr size_t kMost = 1000;

  // Ids belong to their caller, so that nobody can ask for another caller's answers.
  struct Key {
    std::string principal;
    std::string request_id;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  enum class Match { kNew, kRepeated, kAnotherRequest };
  struct Recalled {
    Match match = Match::kNew;
    const Outcome* outcome = nullptr;  // of kRepeated; good until the next call
  };
  // Whether the same call would end with this code (one of grpc::StatusCode) again. False for codes
  // that mean "try again" or "nobody waits any more": UNAVAILABLE, RESOURCE_EXHAUSTED, ABORTED,
  // CANCELLED, DEADLINE_EXCEEDED.
  static bool IsFinal(int code);

  // `request` is the digest of the method and the whole request.
  Recalled Recall(SteadyTime now, const Key& key, const Digest& request);

  void Remember(SteadyTime now, Key key, const Digest& request, Outcome outcome);

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Digest request{};
    Outcome outcome;
    SteadyTime forget_at;
  };
  using Entries = std::map<Key, Entry>;

  void Forget(SteadyTime now);

  Entries entries_;
  std::deque<Entries::iterator> by_age_;  // the oldest first
};

}  // namespace pigeonhub
