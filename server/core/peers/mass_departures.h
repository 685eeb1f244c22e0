// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>

#include "pigeonhub/event.h"
#include "server/core/bursts.h"
#include "server/core/reason.h"
#include "server/core/tally.h"
#include "server/core/time.h"

namespace pigeonhub {

// Notices when many peers leave at once: a proxy was restarted, a network is gone, an operator
// drained. A burst is a run of departures none of which is more than a second after the one before;
// it is worth telling when it took at least 20 peers and a tenth of those that were there.
class MassDepartures {
 public:
  // `connections` were there before this one left. Returns the news of a burst that ended earlier.
  std::optional<PeersLeft> OnLeft(SteadyTime now, Reason reason, const Origin& who,
                                  size_t connections);
  // The news of a burst that is over by now.
  std::optional<PeersLeft> OnTime(SteadyTime now);
  // When OnTime would have news, if nobody else leaves.
  std::optional<SteadyTime> NextDeadline() const {
    return WorthReporting() ? std::optional(last_ + kQuiet) : std::nullopt;
  }

 private:
  static constexpr size_t kWorthReporting = 20;
  static constexpr Duration kQuiet = std::chrono::seconds(1);
  // A burst that goes on is told in parts of this length.
  static constexpr Duration kLongest = std::chrono::seconds(10);

  bool WorthReporting() const { return count_ >= kWorthReporting && count_ * 10 >= before_; }
  PeersLeft Report() const;

  size_t count_ = 0;
  size_t before_ = 0;  // connections when the burst began
  SteadyTime first_;
  SteadyTime last_;
  std::array<size_t, kReasonCount> reasons_{};
  Tally addresses_;
  Tally networks_;
};

}  // namespace pigeonhub
