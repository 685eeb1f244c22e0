// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/outage.h"

#include <utility>

#include "cli/nouns/session.h"

namespace pigeonhub::cli {

bool Outage::Outlives(const absl::Status& status) {
  if (status.ok()) {
    told_ = false;
    return true;
  }
  if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) return false;
  if (!std::exchange(told_, true)) {
    session_.Say("connection lost; going on when the hub is back");
  }
  return true;
}

}  // namespace pigeonhub::cli
