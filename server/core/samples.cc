// SPDX-License-Identifier: Apache-2.0

#include "server/core/samples.h"

#include <algorithm>

namespace pigeonhub {

std::optional<Samples::Sample> Samples::OnEvent(SteadyTime now, ConnectionId peer, Sample event) {
  const Key key(peer, event.index());
  Kind& kind = kinds_[key];
  kind.last = std::move(event);
  if (kind.untold++ > 0) return std::nullopt;
  if (DueOf(kind) <= now) return Tell(now, kind);
  due_.emplace(DueOf(kind), key);
  return std::nullopt;
}

std::optional<Samples::Sample> Samples::OnTime(SteadyTime now) {
  if (due_.empty() || due_.begin()->first > now) return std::nullopt;
  const Key key = due_.begin()->second;
  due_.erase(due_.begin());
  return Tell(now, kinds_.at(key));
}

std::optional<Samples::Sample> Samples::OnGone(ConnectionId peer) {
  for (size_t i = 0; i < std::variant_size_v<Sample>; ++i) {
    const auto found = kinds_.find(Key(peer, i));
    if (found == kinds_.end()) continue;
    const Kind kind = std::move(found->second);
    kinds_.erase(found);
    if (kind.untold == 0) continue;
    due_.erase({DueOf(kind), Key(peer, i)});
    Kind rest = kind;
    return Tell(kind.full_at, rest);
  }
  return std::nullopt;
}

Samples::Sample Samples::Tell(SteadyTime now, Kind& kind) {
  kind.full_at = std::max(kind.full_at, now) + kEach;
  Sample told = *std::exchange(kind.last, std::nullopt);
  std::visit([&](auto& event) { event.count = std::exchange(kind.untold, 0); }, told);
  return told;
}

}  // namespace pigeonhub
