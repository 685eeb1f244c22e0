// SPDX-License-Identifier: Apache-2.0
#include "server/core/link_state.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace pigeonhub {

const SharedNode& LinkState::Tell(HubNode own) {
  own.id = own_.id;
  own.seq = own_.seq + 1;
  own_ = std::move(own);
  told_ = std::make_shared<const HubNode>(own_);
  FindRoutes();
  return told_;
}

LinkState::Learned LinkState::Learn(const SharedNode& node) {
  if (node->id == own_.id) {
    if (node->seq < own_.seq ||
        (told_ != nullptr && node->seq == own_.seq && node->neighbours == told_->neighbours)) {
      return Learned::kOld;
    }
    own_.seq = node->seq;
    return Learned::kOurselves;
  }
  auto it = others_.find(node->id);
  if (it == others_.end()) {
    if (others_.size() >= max_hubs_) return Learned::kFull;
    others_[node->id] = node;
  } else {
    if (it->second->seq >= node->seq) return Learned::kOld;
    it->second = node;
  }
  FindRoutes();
  return Learned::kNew;
}

void LinkState::Forget(const PeerId& hub) {
  others_.erase(hub);
  FindRoutes();
}

void LinkState::Clear() {
  others_.clear();
  routes_.clear();
  told_.reset();
  own_.neighbours.clear();
}

const LinkState::Route* LinkState::RouteTo(const PeerId& hub) const {
  auto it = routes_.find(hub);
  return it == routes_.end() ? nullptr : &it->second;
}

bool LinkState::IsVouchedFor(const PeerId& hub) const {
  const auto vouches = [&](const HubNode& node) {
    return std::find(node.neighbours.begin(), node.neighbours.end(),
                     HubNode::Neighbour{hub, true}) != node.neighbours.end();
  };
  if (vouches(own_)) return true;
  return std::any_of(routes_.begin(), routes_.end(),
                     [&](const auto& route) { return vouches(*others_.at(route.first)); });
}

bool LinkState::AreLinked(const PeerId& a, const HubNode& b) const {
  return std::any_of(b.neighbours.begin(), b.neighbours.end(),
                     [&](const HubNode::Neighbour& neighbour) { return neighbour.hub == a; });
}

void LinkState::FindRoutes() {
  routes_.clear();
  std::deque<const HubNode*> to_visit = {&own_};
  while (!to_visit.empty()) {
    const HubNode& node = *to_visit.front();
    to_visit.pop_front();
    const bool is_self = &node == &own_;
    if (!is_self && !node.transit) continue;
    for (const HubNode::Neighbour& neighbour : node.neighbours) {
      if (neighbour.hub == own_.id || routes_.contains(neighbour.hub)) continue;
      auto other = others_.find(neighbour.hub);
      if (other == others_.end() || !AreLinked(node.id, *other->second)) continue;
      routes_[neighbour.hub] = is_self
                                   ? Route{neighbour.hub, 1}
                                   : Route{routes_.at(node.id).next, routes_.at(node.id).hops + 1};
      to_visit.push_back(other->second.get());
    }
  }
}

}  // namespace pigeonhub
