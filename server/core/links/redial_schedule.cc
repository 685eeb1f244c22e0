// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/redial_schedule.h"

#include <algorithm>
#include <cstdint>

namespace pigeonhub {
namespace {

constexpr Duration kShortestWait = std::chrono::milliseconds(500);
// The first wait is so short that a hub which was only started again is back within the grace (3 s)
// in which nobody is told that it is gone.
constexpr Duration kLongestFirstWait = std::chrono::seconds(2);
constexpr Duration kLongestWaitAskedFor = std::chrono::minutes(10);

}  // namespace

Duration RedialSchedule::WaitAfter(unsigned failures, Duration asked_for, Random& random) const {
  Duration wait = kRareWait;
  if (!IsRare(failures)) {
    const Duration longest =
        failures == 1 ? std::min(kLongestFirstWait, reconnect_interval_) : reconnect_interval_;
    const Duration shortest = std::min(kShortestWait, longest);
    const auto spread = static_cast<uint64_t>((longest - shortest).count());
    wait = shortest + Duration(static_cast<int64_t>(random.Below(spread + 1)));
  }
  return std::max(wait, std::min(asked_for, kLongestWaitAskedFor));
}

}  // namespace pigeonhub
