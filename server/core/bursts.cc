// SPDX-License-Identifier: Apache-2.0

#include "server/core/bursts.h"

#include <algorithm>
#include <utility>

namespace pigeonhub {

std::optional<BurstNews> Bursts::OnHit(SteadyTime now, Reason reason, const Origin& origin) {
  auto burst = std::find_if(open_.begin(), open_.end(),
                            [reason](const Burst& one) { return one.reason == reason; });
  const bool first = burst == open_.end();
  if (first) {
    burst = open_.emplace(open_.end());
    burst->reason = reason;
    burst->first = now;
  }
  burst->last = now;
  ++burst->unreported;
  ++burst->total;
  burst->peer = origin.peer;
  burst->address = origin.address;
  burst->addresses.Add(origin.address);
  burst->networks.Add(origin.network);
  burst->peers.Add(origin.peer);
  if (!first && now - burst->reported < interval_) return std::nullopt;
  return Report(*burst, now, /*ended=*/false);
}

std::optional<BurstNews> Bursts::OnTime(SteadyTime now) {
  for (auto burst = open_.begin(); burst != open_.end();) {
    if (DueOf(*burst) > now) {
      ++burst;
      continue;
    }
    Burst over = std::move(*burst);
    burst = open_.erase(burst);
    // A burst of one was reported when it came.
    if (over.total > 1) return Report(over, now, /*ended=*/true);
  }
  return std::nullopt;
}

BurstNews Bursts::Report(Burst& burst, SteadyTime now, bool ended) {
  burst.reported = now;
  return {.reason = burst.reason,
          .count = std::exchange(burst.unreported, 0),
          .total = burst.total,
          .lasted = burst.last - burst.first,
          .ended = ended,
          .peer = burst.peer,
          .address = burst.address,
          .by_address = burst.addresses.Top(),
          .by_network = burst.networks.Top(),
          .by_peer = burst.peers.Top()};
}

}  // namespace pigeonhub
