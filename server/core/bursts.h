// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/deadlines.h"
#include "server/core/reason.h"
#include "server/core/tally.h"
#include "server/core/time.h"

namespace pigeonhub {

// Who a reason came from. Views; empty where it is not known.
struct Origin {
  std::string_view peer;  // its id, as it was given
  std::string_view address;
  std::string_view network;
};

// What is told of a burst: of one reason that comes again and again.
struct BurstNews {
  Reason reason = Reason::kCount;
  uint64_t count = 0;  // since the last news of this burst
  uint64_t total = 0;  // since it began
  Duration lasted{};   // from its first to its last time
  bool ended = false;
  // Of the last one.
  std::string peer;
  std::string address;
  // Of the whole burst, the most frequent first.
  std::vector<TallyRow> by_address;
  std::vector<TallyRow> by_network;
  std::vector<TallyRow> by_peer;
};

// Tells of reasons that may come thousands of times a second in few words: the first time at once,
// then at most once in `interval`, and the rest when the reason has not come for `interval`. Every
// time is told exactly once.
class Bursts {
 public:
  explicit Bursts(Duration interval) : interval_(interval) {}

  // The reason came. Returns news if some are due.
  std::optional<BurstNews> OnHit(SteadyTime now, Reason reason, const Origin& origin);
  // The last news of a burst that is over by now. Called until there are none.
  std::optional<BurstNews> OnTime(SteadyTime now);
  // When OnTime would have news, if nothing else comes.
  std::optional<SteadyTime> NextDeadline() const {
    std::optional<SteadyTime> next;
    for (const Burst& burst : open_) next = Earliest(next, DueOf(burst));
    return next;
  }

 private:
  struct Burst {
    Reason reason = Reason::kCount;
    SteadyTime first;
    SteadyTime last;
    SteadyTime reported;
    uint64_t unreported = 0;
    uint64_t total = 0;
    std::string peer;
    std::string address;
    Tally addresses;
    Tally networks;
    Tally peers;
  };
  SteadyTime DueOf(const Burst& burst) const { return burst.last + interval_; }
  static BurstNews Report(Burst& burst, SteadyTime now, bool ended);

  const Duration interval_;
  std::vector<Burst> open_;  // few at a time: at most one for each reason
};

}  // namespace pigeonhub
