// SPDX-License-Identifier: Apache-2.0

#include "control/history/retry_schedule.h"

#include <algorithm>

namespace pigeonhub::history {

Duration RetrySchedule::Fail(Duration asked) {
  std::uniform_int_distribution<Duration::rep> half(0, longest_.count() / 2);
  const Duration pause = longest_ - Duration(half(random_));
  longest_ = std::min(longest_ * 2, kLast);
  return std::max(pause, std::min(asked, kMostAsked));
}

}  // namespace pigeonhub::history
