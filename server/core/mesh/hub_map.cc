// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_map.h"

#include <utility>
#include <vector>

#include "server/base/websocket_url.h"

namespace pigeonhub {

bool HubMap::IsNewer(uint64_t seq, uint64_t than) {
  const uint64_t ahead = (seq + mesh::kMostNumber - than) % mesh::kMostNumber;
  return ahead > 0 && ahead <= mesh::kMostNumber / 2;
}

bool HubMap::IsNewer(const HubNode& node, const HubNode& than) {
  if (node.seal == nullptr && than.seal == nullptr) return IsNewer(node.seq, than.seq);
  if (node.seal == nullptr || than.seal == nullptr ||
      node.seal->signing_key != than.seal->signing_key) {
    return true;
  }
  return std::pair(node.seal->start, node.seq) > std::pair(than.seal->start, than.seq);
}

const SharedNode& HubMap::Announce(HubNode own, Sealer& sealer) {
  own.id = own_.id;
  own.seq = SeqAfter(own_.seq);
  sealer.Seal(own);
  own_ = std::move(own);
  announced_ = std::make_shared<const HubNode>(own_);
  routing_.reset();
  return announced_;
}

HubMap::Learned HubMap::Learn(const SharedNode& node) {
  if (node->id == own_.id) {
    if (!ContradictsUs(*node)) return Learned::kOld;
    own_.seq = node->seq;
    return Learned::kOurselves;
  }
  auto it = others_.find(node->id);
  if (it == others_.end()) {
    if (others_.size() >= max_hubs_) return Learned::kFull;
    others_[node->id] = node;
    routing_.reset();
    return Learned::kNew;
  }
  if (!IsNewer(*node, *it->second)) return Learned::kOld;
  // Most news only repeat what was known.
  if (ChangesRoutes(*node)) routing_.reset();
  it->second = node;
  return Learned::kNew;
}

bool HubMap::ChangesRoutes(const HubNode& node) const {
  const auto it = others_.find(node.id);
  if (it == others_.end()) return node.id != own_.id;
  const HubNode& known = *it->second;
  return IsNewer(node, known) &&
         (known.neighbors != node.neighbors || known.transit != node.transit);
}

bool HubMap::ContradictsUs(const HubNode& node) const {
  if (node.id != own_.id || IsNewer(own_.seq, node.seq)) return false;
  return announced_ == nullptr || node.seq != own_.seq || node.neighbors != announced_->neighbors;
}

void HubMap::Forget(const PeerId& hub) {
  others_.erase(hub);
  routing_.reset();
}

void HubMap::Clear() {
  others_.clear();
  announced_.reset();
  own_.neighbors.clear();
  routing_.reset();
  changed_ = false;
}

const HubMap::Route* HubMap::RouteTo(const PeerId& hub) const {
  auto it = routing().routes.find(hub);
  return it == routing().routes.end() ? nullptr : &it->second;
}

bool HubMap::IsVouchedFor(const PeerId& hub) const { return routing().vouched_for.contains(hub); }

std::optional<PeerId> HubMap::MeshKeyHolderAt(std::string_view normal) const {
  for (const auto& [id, node] : others_) {
    if (NormalUrl(node->profile.hub->url) == normal && HasMeshKey(id)) return id;
  }
  return std::nullopt;
}

const HubMap::Routing& HubMap::routing() const {
  if (!routing_.has_value()) routing_ = ComputeRouting();
  return *routing_;
}

// Looks each neighbor up once and goes on with numbers: a hub may name 256 of them, and a map may
// hold as many hubs.
HubMap::Routing HubMap::ComputeRouting() const {
  std::vector<const HubNode*> hubs = {&own_};
  absl::flat_hash_map<PeerId, size_t> numbers = {{own_.id, 0}};
  for (const auto& [id, node] : others_) {
    numbers[id] = hubs.size();
    hubs.push_back(node.get());
  }
  std::vector<std::vector<size_t>> neighbors(hubs.size());
  std::vector<std::vector<bool>> tells_of(hubs.size(), std::vector<bool>(hubs.size()));
  for (size_t hub = 0; hub < hubs.size(); ++hub) {
    for (const HubNode::Neighbor& neighbor : hubs[hub]->neighbors) {
      auto known = numbers.find(neighbor.hub);
      if (known == numbers.end()) continue;
      neighbors[hub].push_back(known->second);
      tells_of[hub][known->second] = true;
    }
  }

  Routing routing;
  std::vector<bool> reached(hubs.size());
  reached[0] = true;
  std::vector<size_t> to_visit = {0};
  for (size_t visited = 0; visited < to_visit.size(); ++visited) {
    const size_t hub = to_visit[visited];
    if (closed_out_.Contains(hubs[hub]->id)) continue;
    if (hub != 0 && !hubs[hub]->transit) continue;
    for (size_t neighbor : neighbors[hub]) {
      if (reached[neighbor] || !tells_of[neighbor][hub]) continue;
      reached[neighbor] = true;
      to_visit.push_back(neighbor);
      Route route{hubs[neighbor]->id, 1};
      if (hub != 0) {
        const Route& so_far = routing.routes.at(hubs[hub]->id);
        route = {so_far.next, so_far.hops + 1};
      }
      routing.routes[hubs[neighbor]->id] = route;
    }
  }
  // Whom this hub vouches for is trusted, and whom those vouch for.
  std::vector<const HubNode*> trusted = {&own_};
  for (size_t visited = 0; visited < trusted.size(); ++visited) {
    for (const HubNode::Neighbor& neighbor : trusted[visited]->neighbors) {
      if (!neighbor.vouched || !routing.vouched_for.insert(neighbor.hub).second) continue;
      const auto known = numbers.find(neighbor.hub);
      if (known == numbers.end() || closed_out_.Contains(neighbor.hub)) continue;
      if (reached[known->second]) trusted.push_back(hubs[known->second]);
    }
  }
  // The same for the key of the mesh, of those hubs alone whose word this is.
  std::vector<const HubNode*> holders = {&own_};
  for (size_t visited = 0; visited < holders.size(); ++visited) {
    for (const HubNode::Neighbor& neighbor : holders[visited]->neighbors) {
      const auto known = numbers.find(neighbor.hub);
      if (!neighbor.key.has_value() || known == numbers.end() || known->second == 0) continue;
      const HubNode& node = *hubs[known->second];
      if (node.seal == nullptr || PrefixOf(node.seal->signing_key) != *neighbor.key) continue;
      if (!routing.have_mesh_key.insert(node.id).second || closed_out_.Contains(node.id)) continue;
      if (reached[known->second]) holders.push_back(&node);
    }
  }
  return routing;
}

}  // namespace pigeonhub
