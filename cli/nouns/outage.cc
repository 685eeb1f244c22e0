// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/outage.h"

#include <utility>

#include "cli/nouns/session.h"

namespace pigeonhub::cli {

bool MayAnswerLater(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsInternal(status) || absl::IsCancelled(status) || absl::IsUnknown(status);
}

bool Outage::Outlives(const absl::Status& status) {
  if (status.ok()) {
    told_ = false;
    return true;
  }
  if (!MayAnswerLater(status)) return false;
  if (!std::exchange(told_, true)) {
    session_.Say("connection lost; going on when the hub is back");
  }
  return true;
}

}  // namespace pigeonhub::cli
