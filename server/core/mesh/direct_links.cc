// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/direct_links.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/address.h"
#include "server/base/websocket_url.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {

bool DirectLinks::Vouches(const Link& link) const {
  return link.dial_target.has_value() || registry_.Trusts(link.peer->id, link.peer->hub_credential);
}

std::optional<PublicKey> DirectLinks::KeyOfMeshKeyHolder(const Link& link) const {
  if (link.peer != nullptr) return link.peer->has_mesh_key ? link.hub_key : std::nullopt;
  const DialTarget& dialed = *dial_targets_.Find(*link.dial_target);
  const bool is_named = dialed.kind == DialTarget::Kind::kBootstrap;
  return is_named || dialed.token_for == link.hub ? link.hub_key : std::nullopt;
}

bool DirectLinks::IsBelieved(const PeerId& hub) const {
  return options_.hub_admission == HubAdmission::kToken ? map_.HasMeshKey(hub)
                                                        : map_.IsVouchedFor(hub);
}

bool DirectLinks::MayDial(const std::string& advertised) const {
  const absl::StatusOr<WebSocketUrl> url = WebSocketUrl::Parse(advertised);
  if (!url.ok() || self_.IsOwnAddress(*url)) return false;
  return self_.heard_of_within().Contain(BlockOf(url->host));
}

void DirectLinks::Dial(Turn& turn) {
  if (!self_.is_hub() || self_.serving() != Serving::kServing) return;
  std::vector<std::pair<uint64_t, PeerId>> near;
  for (const auto& [id, node] : map_.others()) {
    if (map_.RouteTo(id) != nullptr && IsBelieved(id) && !quarantined_.Contains(id) &&
        MayDial(node->profile.hub->url)) {
      near.emplace_back(id.Prefix() ^ self_.id().Prefix(), id);
    }
  }
  std::sort(near.begin(), near.end());
  near.resize(std::min(near.size(), options_.hub_mesh_max_peers));
  // Those that are up stay: a link that works is not given up for one that may not. Unless there
  // are two: the other one was asked for by somebody.
  std::vector<DialTargetId> forgotten;
  for (const auto& dial_target : dial_targets_.all()) {
    if (dial_target->kind != DialTarget::Kind::kDirect) continue;
    if (dial_target->state == LinkRecord::State::kUp) {
      const auto leads_there = [&](const auto& link) {
        return link->is_mesh() && link->hub == dial_target->hub;
      };
      if (std::count_if(links_.all().begin(), links_.all().end(), leads_there) > 1) {
        forgotten.push_back(dial_target->id);
      }
      continue;
    }
    const bool wanted = std::any_of(
        near.begin(), near.end(), [&](const auto& one) { return one.second == dial_target->hub; });
    if (!wanted) forgotten.push_back(dial_target->id);
  }
  for (DialTargetId id : forgotten) {
    dialing_.Stop(turn, *dial_targets_.Find(id), Reason::kOperator, "no longer a neighbor");
    dial_targets_.Remove(*dial_targets_.Find(id));
  }
  for (const auto& [distance, near_id] : near) {
    const PeerId id = near_id;  // which a lambda may capture
    // Of each pair one dials, so that there are not two links.
    if (id < self_.id() || links_.FindMesh(id) != nullptr) continue;
    const std::string& url = map_.others().at(id)->profile.hub->url;
    const bool known =
        std::any_of(dial_targets_.all().begin(), dial_targets_.all().end(),
                    [&](const auto& one) { return one->hub == id || one->url == url; });
    if (known) continue;
    DialTarget& dial_target = dial_targets_.Add(url, DialTarget::Kind::kDirect);
    dial_target.hub = id;
    dialing_.Dial(turn, dial_target);
  }
}

}  // namespace pigeonhub
