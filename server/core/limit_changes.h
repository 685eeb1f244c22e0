// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "server/core/capacity.h"
#include "server/core/command.h"
#include "server/core/hubs/standing.h"
#include "server/core/options.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/policies.h"
#include "server/core/turn.h"

namespace pigeonhub {

// An operator changes limits while the hub runs. All parts look at the same options, so what they
// ask for anew each time holds at once; those that work with a copy are told.
class LimitChanges {
 public:
  // `options` are those of all parts.
  LimitChanges(HubOptions& options, Capacity& capacity, Policies& policies, PeerRates& rates,
               Standing& standing)
      : options_(options),
        capacity_(capacity),
        policies_(policies),
        rates_(rates),
        standing_(standing) {}

  absl::Status Check(const SetLimits& command) const;
  void Apply(Turn& turn, const SetLimits& command);

 private:
  HubOptions& options_;
  Capacity& capacity_;
  Policies& policies_;
  PeerRates& rates_;
  Standing& standing_;
};

}  // namespace pigeonhub
