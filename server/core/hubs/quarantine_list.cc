// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/quarantine_list.h"

#include <utility>

namespace pigeonhub {

bool QuarantineList::Refuse(Turn& turn, const PeerId& hub) {
  const auto it = hubs_.find(hub);
  if (it == hubs_.end()) return false;
  ++it->second.refused;
  turn.Count(Reason::kHubQuarantined);
  return true;
}

std::vector<DialTargetId> QuarantineList::Release(const PeerId& hub) {
  const auto it = hubs_.find(hub);
  std::vector<DialTargetId> stopped = std::move(it->second.stopped);
  hubs_.erase(it);
  return stopped;
}

std::vector<QuarantinedHub> QuarantineList::List() const {
  std::vector<QuarantinedHub> list;
  for (const auto& [id, entry] : hubs_) list.push_back({id, entry.since, entry.refused});
  return list;
}

}  // namespace pigeonhub
