// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "pigeonhub/rate.h"
#include "server/core/time.h"

namespace pigeonhub {

// A rate as buckets count with it. A value.
class Pace {
 public:
  // Everything may pass.
  Pace() = default;
  explicit Pace(const Rate& rate) {
    if (rate.is_off()) return;
    nanos_each_ = static_cast<double>(rate.per.count()) / static_cast<double>(rate.amount);
    fill_ = TimeFor(rate.burst);
  }

  bool is_off() const { return nanos_each_ == 0; }
  // In which as many come back; at most some thirty years, which a Duration holds many times over.
  Duration TimeFor(uint64_t units) const {
    const double nanos = nanos_each_ * static_cast<double>(units);
    return Duration(static_cast<int64_t>(std::min(nanos, 1e18)));
  }
  // In which an empty bucket fills.
  Duration fill() const { return fill_; }

  friend bool operator==(const Pace&, const Pace&) = default;

 private:
  double nanos_each_ = 0;
  Duration fill_{};
};

// A token bucket in 8 bytes. It keeps the time at which it will be full again, so that nobody has
// to fill it. A new one is full. With another pace than before it has what the same time brings at
// that pace.
class Bucket {
 public:
  // Takes so many; what is not there is owed.
  void Charge(SteadyTime now, const Pace& pace, uint64_t units = 1) {
    const SteadyTime most = now + Duration(static_cast<int64_t>(1e18));
    full_at_ = std::min(std::max(full_at_, now) + pace.TimeFor(units), most);
  }
  // Takes one if it is there.
  bool Take(SteadyTime now, const Pace& pace) {
    if (!Has(now, pace)) return false;
    if (!pace.is_off()) Charge(now, pace);
    return true;
  }
  bool Has(SteadyTime now, const Pace& pace) const { return NextAt(pace) <= now; }
  // Call it when the pace is another one from now on: a bucket of a slow pace could be without
  // anything for hours at a fast one. Nothing is owed any more.
  void Refit(SteadyTime now, const Pace& pace) { full_at_ = std::min(full_at_, now + pace.fill()); }

  // When there is one to take.
  SteadyTime NextAt(const Pace& pace) const {
    return full_at_ - std::max(pace.fill() - pace.TimeFor(1), Duration());
  }
  // When nothing is owed any more.
  SteadyTime PaidAt(const Pace& pace) const { return full_at_ - pace.fill(); }
  bool IsFull(SteadyTime now) const { return full_at_ <= now; }

 private:
  SteadyTime full_at_;
};

}  // namespace pigeonhub
