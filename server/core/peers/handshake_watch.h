// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "pigeonhub/handshake.h"
#include "server/core/counters.h"
#include "server/core/ids.h"
#include "server/core/links/news_rate.h"
#include "server/core/time.h"

namespace pigeonhub {

// Which handshakes are watched: by those who ask this hub, and for a while by other hubs, which ask
// again as long as somebody watches there. Of each filter at most kStepsPerSecond are shown.
//
// Costs a signal nothing while nobody watches. Else it takes a look-up for its sender or one for
// its namespace, however many watch.
class HandshakeWatch {
 public:
  // Of this hub; and of each other one.
  static constexpr size_t kMostFilters = kMostHandshakesWatched;
  static constexpr size_t kMostHubs = 64;  // that may ask at one time
  static constexpr size_t kStepsPerSecond = 500;
  static constexpr Duration kLease = std::chrono::seconds(10);

  // Whom a step is about. `to` is null where there is nobody.
  struct Subject {
    const PeerId& from;
    const PeerId* to;
    std::string_view network;
  };
  // Who is to be shown a step.
  struct Viewers {
    bool here = false;
    std::vector<PeerId> hubs;
  };

  // `omitted` counts what is left out.
  explicit HandshakeWatch(Counter& omitted) : all_omitted_(omitted) {}

  // What is watched here from now on, at most kMostFilters.
  void WatchHere(const std::vector<HandshakeFilter>& filters);
  std::vector<HandshakeFilter> filters_here() const;
  // Another hub asks, for kLease from now. False: there are too many.
  bool Lease(SteadyTime now, const PeerId& hub, const HandshakeFilter& filter);
  // Ends those whose time is over.
  void EndLeases(SteadyTime now);
  std::optional<SteadyTime> NextDeadline() const { return next_end_; }

  bool any() const { return !peers_.empty() || !networks_.empty(); }
  // False: nobody watches what this peer says there, or is told of it. Quick.
  bool MayCover(const PeerId& from, std::string_view network) const;
  // Who watches it. Those who had too many within the last second are left out, and it is counted.
  Viewers ViewersOf(SteadyTime now, const Subject& subject);
  // How many steps were left out since the last call; of this hub for `hub`, empty: for those here.
  uint64_t TakeOmitted(const std::optional<PeerId>& hub);
  // One more was left out, for want of room.
  void NoteOmitted(const PeerId& hub);

 private:
  struct Watched {
    explicit Watched(const HandshakeFilter& watched) : filter(watched) {}

    HandshakeFilter filter;
    SteadyTime until;  // of another hub's
    NewsRate rate{Duration(std::chrono::seconds(1)) / static_cast<int64_t>(kStepsPerSecond),
                  kStepsPerSecond};
  };
  struct Watcher {
    std::vector<Watched> watched;
    uint64_t omitted = 0;

    // Whether it is shown the step, and counts it if it had too many.
    bool Admits(SteadyTime now, const Subject& subject, Counter& all_omitted);
    Watched* Find(const HandshakeFilter& filter);
  };

  void Index();

  Watcher here_;
  std::map<PeerId, Watcher> hubs_;
  // Of all that is watched.
  absl::flat_hash_set<PeerId> peers_;
  absl::flat_hash_set<std::string> networks_;
  std::optional<SteadyTime> next_end_;  // no lease ends sooner
  Counter& all_omitted_;
};

}  // namespace pigeonhub
