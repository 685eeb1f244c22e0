// SPDX-License-Identifier: Apache-2.0

#include "server/core/samples.h"

#include <algorithm>

namespace pigeonhub {

std::optional<Samples::Sample> Samples::OnEvent(SteadyTime now, ConnectionId peer, Sample event) {
  const Key key(peer, event.index());
  Kind& kind = kinds_[key];
  if (kind.untold++ == 0) {
    if (DueOf(kind) <= now) return Tell(now, kind, std::move(event));
    due_.emplace(DueOf(kind), key);
    kind.last = std::make_unique<Sample>(std::move(event));
  } else {
    *kind.last = std::move(event);
  }
  return std::nullopt;
}

std::optional<Samples::Sample> Samples::OnTime(SteadyTime now) {
  if (due_.empty() || due_.begin()->first > now) return std::nullopt;
  const Key key = due_.begin()->second;
  due_.erase(due_.begin());
  Kind& kind = kinds_.at(key);
  const std::unique_ptr<Sample> last = std::move(kind.last);
  return Tell(now, kind, std::move(*last));
}

std::optional<Samples::Sample> Samples::OnGone(ConnectionId peer) {
  for (size_t i = 0; i < std::variant_size_v<Sample>; ++i) {
    const auto found = kinds_.find(Key(peer, i));
    if (found == kinds_.end()) continue;
    Kind kind = std::move(found->second);
    kinds_.erase(found);
    if (kind.untold == 0) continue;
    due_.erase({DueOf(kind), Key(peer, i)});
    const std::unique_ptr<Sample> last = std::move(kind.last);
    return Tell(kind.full_at, kind, std::move(*last));
  }
  return std::nullopt;
}

Samples::Sample Samples::Tell(SteadyTime now, Kind& kind, Sample last) {
  kind.full_at = std::max(kind.full_at, now) + kEach;
  std::visit([&](auto& event) { event.count = std::exchange(kind.untold, 0); }, last);
  return last;
}

}  // namespace pigeonhub
