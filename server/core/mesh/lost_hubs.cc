// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/lost_hubs.h"

#include <algorithm>
#include <string>
#include <utility>

namespace pigeonhub {
namespace {

size_t MemoryOf(const TopologyRecord::LostHub& hub) {
  return sizeof(hub) + hub.region.capacity() + hub.url.capacity() +
         hub.neighbors.capacity() * sizeof(PeerId);
}

}  // namespace

void LostHubs::Note(SteadyTime now, const MeshHub& hub) {
  Forget(hub.id);
  Entry entry = Describe(hub);
  entry.until = now + kRemembered;
  entry.bytes = MemoryOf(entry.hub);
  bytes_ += entry.bytes;
  given_up_.push_back(std::move(entry));
  while (given_up_.size() > kMost || bytes_ > kMostBytes) ForgetOldest();
}

void LostHubs::Forget(const PeerId& hub) {
  const auto found = std::find_if(given_up_.begin(), given_up_.end(),
                                  [&](const Entry& lost) { return lost.hub.id == hub; });
  if (found == given_up_.end()) return;
  bytes_ -= found->bytes;
  given_up_.erase(found);
}

void LostHubs::ForgetThoseBefore(const MeshHub& hub) {
  std::erase_if(given_up_, [&](const Entry& lost) {
    const bool is_replaced = CameInPlaceOf(lost, hub);
    if (is_replaced) bytes_ -= lost.bytes;
    return is_replaced;
  });
}

void LostHubs::ForgetOldest() {
  bytes_ -= given_up_.front().bytes;
  given_up_.pop_front();
}

void LostHubs::OnTick(SteadyTime now) {
  while (!given_up_.empty() && given_up_.front().until <= now) ForgetOldest();
}

LostHubs::Entry LostHubs::Describe(const MeshHub& hub) const {
  Entry entry;
  entry.since = hub.lost->since;
  entry.hub.id = hub.id;
  entry.hub.since = hub.lost->since_ms;
  const auto found = map_.others().find(hub.id);
  if (found == map_.others().end()) return entry;
  const HubNode& node = *found->second;
  entry.hub.region = node.profile.hub->region;
  entry.hub.url = node.profile.hub->url;
  entry.hub.peers = node.peers;
  entry.hub.neighbors.reserve(std::min(node.neighbors.size(), kMostNeighbors));
  for (const HubNode::Neighbor& neighbor : node.neighbors) {
    if (entry.hub.neighbors.size() == kMostNeighbors) break;
    entry.hub.neighbors.push_back(neighbor.hub);
  }
  return entry;
}

bool LostHubs::IsNamed(const Entry& lost) const {
  if (quarantined_.Contains(lost.hub.id)) return false;
  const auto& hubs = mesh_hubs_.all();
  return std::none_of(hubs.begin(), hubs.end(),
                      [&](const auto& each) { return CameInPlaceOf(lost, *each.second); });
}

bool LostHubs::CameInPlaceOf(const Entry& lost, const MeshHub& hub) const {
  // Several hubs may be behind one address, and those that were there before are none that came
  // for it.
  if (hub.id == lost.hub.id || lost.hub.url.empty()) return false;
  if (!hub.up || *hub.up < lost.since) return false;
  if (quarantined_.Contains(hub.id)) return false;
  const auto node = map_.others().find(hub.id);
  return node != map_.others().end() && node->second->profile.hub->url == lost.hub.url;
}

std::vector<TopologyRecord::LostHub> LostHubs::All() const {
  std::vector<TopologyRecord::LostHub> all;
  const auto add = [&](const Entry& lost) {
    if (IsNamed(lost)) all.push_back(lost.hub);
  };
  for (const Entry& lost : given_up_) add(lost);
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    // Where no way ever led, somebody perhaps invented the hub.
    if (hub->up && hub->lost.has_value() && !map_.SaidItsEnd(id)) add(Describe(*hub));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  return all;
}

std::vector<PeerId> LostHubs::GivenUp() const {
  std::vector<PeerId> hubs;
  for (const Entry& lost : given_up_) {
    if (IsNamed(lost)) hubs.push_back(lost.hub.id);
  }
  return hubs;
}

bool LostHubs::IsGivenUp(const PeerId& hub) const {
  return std::any_of(given_up_.begin(), given_up_.end(),
                     [&](const Entry& lost) { return lost.hub.id == hub; });
}

}  // namespace pigeonhub
