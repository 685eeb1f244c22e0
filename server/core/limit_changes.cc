// SPDX-License-Identifier: Apache-2.0

#include "server/core/limit_changes.h"

namespace pigeonhub {

absl::Status LimitChanges::Check(const SetLimits& command) const {
  if (command.limits.max_connections > 0) return absl::OkStatus();
  return absl::InvalidArgumentError("max_connections is 0; nobody could connect");
}

void LimitChanges::Apply(Turn& turn, const SetLimits& command) {
  const RunningLimits& limits = command.limits;
  options_.Take(limits);
  capacity_.set_max_connections(limits.max_connections);
  policies_.OnOptionsChanged();
  rates_.OnPoliciesChanged(turn);
  standing_.OnOptionsChanged();
}

}  // namespace pigeonhub
