// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/time.h"

namespace pigeonhub::auth {

// Decides when the keys of an identity provider are fetched again, and when they count no longer.
// It neither reads a clock nor fetches anything.
class JwksSchedule {
 public:
  // Without another word of the provider (max-age) keys are fetched once an hour. Its word counts
  // within these bounds: with 0 s it would be asked all the time, and what is fetched rarely would
  // be lost before the next time.
  static constexpr Duration kUsually = std::chrono::hours(1);
  static constexpr Duration kSoonest = std::chrono::seconds(30);
  static constexpr Duration kLatest = std::chrono::hours(12);
  // After a fetch that failed, doubled each time.
  static constexpr Duration kFirstRetry = std::chrono::seconds(1);
  static constexpr Duration kLastRetry = std::chrono::seconds(60);
  // So long keys count after they were fetched, whatever becomes of the provider.
  static constexpr Duration kLifetime = std::chrono::hours(24);
  // A token that names a key which nobody knows has the keys fetched at once, but so often at most,
  // as anybody can make such a token.
  static constexpr Duration kBetweenForced = std::chrono::seconds(30);
  // One name does that once in this time; so many names are remembered, the newest.
  static constexpr Duration kRemembered = std::chrono::minutes(5);
  static constexpr size_t kMostRemembered = 64;

  // The first fetch is due at once.
  explicit JwksSchedule(SteadyTime now) : regular_(now) {}

  // When the next fetch is due. Not asked between Begin and its end.
  SteadyTime next() const;
  // Until when the keys count; empty if there are none.
  std::optional<SteadyTime> expiry() const;
  // When they were fetched; empty if there are none.
  std::optional<SteadyTime> fetched_at() const { return fetched_at_; }

  // A fetch begins. It ends with one of the two below.
  void Begin(SteadyTime now);
  // `kids` are the names of the keys that it brought.
  void Succeed(SteadyTime now, std::optional<Duration> max_age,
               const std::vector<std::string>& kids);
  void Fail(SteadyTime now);

  // The keys have expired, and are given up.
  void Expire() { fetched_at_.reset(); }

  // A token named this key, which is not among those that there are.
  void NoteUnknownKid(std::string_view kid, SteadyTime now);

 private:
  struct Unknown {
    std::string kid;
    SteadyTime at;
    bool waits = true;  // for a fetch that begins after it was noted
  };

  SteadyTime regular_;
  std::optional<SteadyTime> fetched_at_;
  Duration retry_ = kFirstRetry;
  std::optional<SteadyTime> forced_;       // when a fetch is due for the names that wait
  std::optional<SteadyTime> last_forced_;  // when one began
  std::deque<Unknown> unknown_;            // the oldest first
};

}  // namespace pigeonhub::auth
