// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/refused_links.h"

#include <vector>

#include "server/core/deadlines.h"

namespace pigeonhub {

void RefusedLinks::Close(Turn& turn, const Link& link, Reason reason) {
  if (link.peer != nullptr) return contested_.Close(turn, *link.peer, reason);
  dialing_.Refuse(turn, *dial_targets_.Find(*link.dial_target), reason);
}

bool RefusedLinks::RefuseDialed(Turn& turn, const Link& link, const std::optional<PeerId>& hub) {
  if (hub.has_value() ? trusted_.Has(*hub) : !trusted_.exists()) return false;
  // A reference hub signs nothing, so it proves no key.
  const Reason reason = hub.has_value() ? Reason::kHubKeyRefused : Reason::kHubUnsigned;
  turn.Count(reason);
  Close(turn, link, reason);
  return true;
}

bool RefusedLinks::HasToProve(const Link& link) const {
  return trusted_.exists() && link.is_mesh() && !link.proved_key;
}

void RefusedLinks::CloseUnproven(Turn& turn) {
  std::vector<PathId> overdue;
  for (const auto& link : links_.all()) {
    if (HasToProve(*link) && link->began + kTimeToProve <= turn.now.steady) {
      overdue.push_back(link->path);
    }
  }
  for (const PathId path : overdue) {
    const Link* link = links_.Find(path);
    if (link == nullptr) continue;
    turn.Count(Reason::kHubUnsigned);
    Close(turn, *link, Reason::kHubUnsigned);
  }
}

std::optional<SteadyTime> RefusedLinks::NextDeadline() const {
  std::optional<SteadyTime> next;
  for (const auto& link : links_.all()) {
    if (HasToProve(*link)) next = Earliest(next, link->began + kTimeToProve);
  }
  return next;
}

absl::Status RefusedLinks::Check(const TrustHubs&) const { return absl::OkStatus(); }

void RefusedLinks::Apply(Turn& turn, const TrustHubs& command) {
  known_keys_.Trust(command.keys);
  std::vector<PathId> paths;
  for (const auto& link : links_.all()) paths.push_back(link->path);
  for (const PathId path : paths) {
    const Link* link = links_.Find(path);
    if (link == nullptr) continue;
    const std::optional<Reason> reason = RefusalOf(*link);
    if (!reason.has_value()) continue;
    turn.Count(*reason);
    Close(turn, *link, *reason);
  }
}

std::optional<Reason> RefusedLinks::RefusalOf(const Link& link) const {
  if (!trusted_.exists()) return std::nullopt;
  if (link.is_reference()) return Reason::kHubUnsigned;
  if (!link.is_mesh()) return std::nullopt;  // it has not said yet what it is
  const bool fits =
      link.hub_key.has_value() ? trusted_.Has(*link.hub, link.hub_key) : trusted_.Has(*link.hub);
  return fits ? std::nullopt : std::optional(Reason::kHubKeyRefused);
}

}  // namespace pigeonhub
