// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/link_state.h"

#include <utility>
#include <vector>

namespace pigeonhub {

bool LinkState::IsNewer(uint64_t seq, uint64_t than) {
  const uint64_t ahead = (seq + mesh::kMostNumber - than) % mesh::kMostNumber;
  return ahead > 0 && ahead <= mesh::kMostNumber / 2;
}

const SharedNode& LinkState::Tell(HubNode own) {
  own.id = own_.id;
  own.seq = SeqAfter(own_.seq);
  own_ = std::move(own);
  told_ = std::make_shared<const HubNode>(own_);
  ways_.reset();
  return told_;
}

LinkState::Learned LinkState::Learn(const SharedNode& node) {
  if (node->id == own_.id) {
    const bool said_now =
        told_ != nullptr && node->seq == own_.seq && node->neighbours == told_->neighbours;
    if (said_now || IsNewer(own_.seq, node->seq)) return Learned::kOld;
    own_.seq = node->seq;
    return Learned::kOurselves;
  }
  auto it = others_.find(node->id);
  if (it == others_.end()) {
    if (others_.size() >= max_hubs_) return Learned::kFull;
    others_[node->id] = node;
    ways_.reset();
    return Learned::kNew;
  }
  const SharedNode before = it->second;
  if (!IsNewer(node->seq, before->seq)) return Learned::kOld;
  it->second = node;
  // Most news only repeat what was known.
  if (before->neighbours != node->neighbours || before->transit != node->transit) ways_.reset();
  return Learned::kNew;
}

void LinkState::Forget(const PeerId& hub) {
  others_.erase(hub);
  ways_.reset();
}

void LinkState::Clear() {
  others_.clear();
  told_.reset();
  own_.neighbours.clear();
  ways_.reset();
  changed_ = false;
}

const LinkState::Route* LinkState::RouteTo(const PeerId& hub) const {
  auto it = ways().routes.find(hub);
  return it == ways().routes.end() ? nullptr : &it->second;
}

bool LinkState::IsVouchedFor(const PeerId& hub) const { return ways().vouched_for.contains(hub); }

const LinkState::Ways& LinkState::ways() const {
  if (!ways_.has_value()) ways_ = FindWays();
  return *ways_;
}

// Looks each neighbour up once and goes on with numbers: a hub may name 256 of them, and a map may
// hold as many hubs.
LinkState::Ways LinkState::FindWays() const {
  std::vector<const HubNode*> hubs = {&own_};
  absl::flat_hash_map<PeerId, size_t> numbers = {{own_.id, 0}};
  for (const auto& [id, node] : others_) {
    numbers[id] = hubs.size();
    hubs.push_back(node.get());
  }
  std::vector<std::vector<size_t>> neighbours(hubs.size());
  std::vector<std::vector<bool>> tells_of(hubs.size(), std::vector<bool>(hubs.size()));
  for (size_t hub = 0; hub < hubs.size(); ++hub) {
    for (const HubNode::Neighbour& neighbour : hubs[hub]->neighbours) {
      auto known = numbers.find(neighbour.hub);
      if (known == numbers.end()) continue;
      neighbours[hub].push_back(known->second);
      tells_of[hub][known->second] = true;
    }
  }

  Ways ways;
  std::vector<bool> reached(hubs.size());
  reached[0] = true;
  std::vector<size_t> to_visit = {0};
  for (size_t visited = 0; visited < to_visit.size(); ++visited) {
    const size_t hub = to_visit[visited];
    for (const HubNode::Neighbour& neighbour : hubs[hub]->neighbours) {
      if (neighbour.vouched) ways.vouched_for.insert(neighbour.hub);
    }
    if (hub != 0 && !hubs[hub]->transit) continue;
    for (size_t neighbour : neighbours[hub]) {
      if (reached[neighbour] || !tells_of[neighbour][hub]) continue;
      reached[neighbour] = true;
      to_visit.push_back(neighbour);
      Route route{hubs[neighbour]->id, 1};
      if (hub != 0) {
        const Route& so_far = ways.routes.at(hubs[hub]->id);
        route = {so_far.next, so_far.hops + 1};
      }
      ways.routes[hubs[neighbour]->id] = route;
    }
  }
  return ways;
}

}  // namespace pigeonhub
