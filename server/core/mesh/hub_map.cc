// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_map.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/base/websocket_url.h"

namespace pigeonhub {
namespace {

bool IsAlone(const HubNode& node) { return node.neighbors.empty() && !node.bus.has_value(); }

// What a node takes in memory, on the map.
size_t SizeOf(const HubNode& node) {
  return sizeof(HubNode) + sizeof(HubDetails) + sizeof(HubSeal) + EntrySize(node) +
         node.neighbors.size() * sizeof(HubNode::Neighbor) + node.unheard.size() * sizeof(PeerId) +
         node.raw.size();
}

bool Misses(const HubNode& node, const PeerId& hub) {
  return std::binary_search(node.unheard.begin(), node.unheard.end(), hub);
}

// The hubs on each bus, and in the end only those that nobody led to.
class OnBuses {
 public:
  explicit OnBuses(const std::vector<const HubNode*>& hubs) : hubs_(hubs) {
    for (size_t hub = 1; hub < hubs.size(); ++hub) {
      if (hubs[hub]->bus.has_value()) by_bus_[*hubs[hub]->bus].push_back(hub);
    }
  }

  // Takes out those that are linked to the hub by its bus.
  std::vector<size_t> TakeNeighborsOf(const HubNode& hub) {
    std::vector<size_t> neighbors;
    if (!hub.bus.has_value()) return neighbors;
    std::erase_if(by_bus_[*hub.bus], [&](size_t other) {
      if (Misses(hub, hubs_[other]->id) || Misses(*hubs_[other], hub.id)) return false;
      neighbors.push_back(other);
      return true;
    });
    return neighbors;
  }

 private:
  const std::vector<const HubNode*>& hubs_;
  absl::flat_hash_map<PeerId, std::vector<size_t>> by_bus_;
};
bool IsOfOneProcess(const HubNode& a, const HubNode& b) {
  if (a.seal == nullptr || b.seal == nullptr) return a.seal == b.seal;
  return a.seal->start == b.seal->start && a.seal->signing_key == b.seal->signing_key &&
         a.seal->agreement_key == b.seal->agreement_key;
}

// But for how many peers the hub has, which is only shown.
bool SaysTheSame(const HubNode& a, const HubNode& b) {
  return a.transit == b.transit && HubMap::AreLinkedAlike(a, b) &&
         *a.profile.hub == *b.profile.hub && IsOfOneProcess(a, b);
}

}  // namespace

size_t EntrySize(const HubNode& node) {
  const HubDetails& hub = *node.profile.hub;
  size_t size = node.profile.size() + hub.host.size() + hub.region.size() + hub.url.size();
  for (const std::string& capability : hub.capabilities) size += capability.size();
  return size;
}

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

bool HubMap::AreLinkedAlike(const HubNode& a, const HubNode& b) {
  return a.neighbors == b.neighbors && a.bus == b.bus && a.unheard == b.unheard;
}

HubMap::Learned HubMap::Learn(const SharedNode& node) {
  if (node->id == own_.id) {
    if (!ContradictsUs(*node)) return Learned::kOld;
    own_.seq = node->seq;
    return Learned::kOurselves;
  }
  auto it = others_.find(node->id);
  if (it == others_.end()) {
    if (others_.size() >= most_hubs_ || SizeOf(*node) > most_bytes_ - bytes_) return Learned::kFull;
    bytes_ += SizeOf(*node);
    others_[node->id] = node;
    routing_.reset();
    return Learned::kNew;
  }
  if (!IsNewer(*node, *it->second)) return Learned::kOld;
  const size_t bytes = bytes_ - SizeOf(*it->second) + SizeOf(*node);
  if (bytes > most_bytes_ && bytes > bytes_) return Learned::kFull;
  // Most news only repeat what was known.
  const bool repeated = SaysTheSame(*node, *it->second);
  if (ChangesRoutes(*node)) routing_.reset();
  it->second = node;
  bytes_ = bytes;
  return repeated ? Learned::kRepeated : Learned::kNew;
}

bool HubMap::ChangesRoutes(const HubNode& node) const {
  const auto it = others_.find(node.id);
  if (it == others_.end()) return node.id != own_.id;
  const HubNode& known = *it->second;
  return IsNewer(node, known) && (!AreLinkedAlike(known, node) || known.transit != node.transit);
}

bool HubMap::ContradictsUs(const HubNode& node) const {
  if (node.id != own_.id || IsNewer(own_.seq, node.seq)) return false;
  return announced_ == nullptr || node.seq != own_.seq || !AreLinkedAlike(node, *announced_);
}

bool HubMap::LeavesOurBus(const HubNode& node) const {
  const auto it = others_.find(node.id);
  return it != others_.end() && it->second->bus == bus_.name() && !node.bus.has_value() &&
         IsNewer(node, *it->second);
}

bool HubMap::SaidItsEnd(const PeerId& hub) const {
  const auto it = others_.find(hub);
  return it != others_.end() && IsAlone(*it->second) && !bus_.Hears(hub) &&
         !bus_.missed().contains(hub);
}

void HubMap::Forget(const PeerId& hub) {
  const auto it = others_.find(hub);
  if (it == others_.end()) return;
  bytes_ -= SizeOf(*it->second);
  others_.erase(it);
  routing_.reset();
}

void HubMap::Clear() {
  others_.clear();
  bytes_ = 0;
  announced_.reset();
  own_.neighbors.clear();
  own_.bus.reset();
  own_.unheard.clear();
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
// hold 1,024 hubs.
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

  // What this hub hears itself needs no name.
  std::vector<size_t> heard;
  for (const auto& [id, at] : bus_.heard()) {
    const auto known = numbers.find(id);
    if (known == numbers.end()) continue;
    const HubNode& node = *hubs[known->second];
    if (node.bus.has_value() && !Misses(node, own_.id)) heard.push_back(known->second);
  }
  const auto neighbors_by_bus = [&](size_t hub, OnBuses& buses) {
    if (hub == 0) return heard;
    // Whom a hub that is heard could hear there, this hub would hear itself.
    if (bus_.Hears(hubs[hub]->id)) return std::vector<size_t>();
    return buses.TakeNeighborsOf(*hubs[hub]);
  };

  Routing routing;
  std::vector<bool> reached(hubs.size());
  reached[0] = true;
  std::vector<size_t> to_visit = {0};
  const auto reach = [&](size_t from, size_t to, bool by_bus) {
    if (reached[to]) return;
    reached[to] = true;
    to_visit.push_back(to);
    Route route{hubs[to]->id, 1, by_bus, by_bus};
    if (from != 0) {
      route = routing.routes.at(hubs[from]->id);
      ++route.hops;
      route.over_bus = route.over_bus || by_bus;
    }
    routing.routes[hubs[to]->id] = route;
  };
  OnBuses to_reach(hubs);
  for (size_t visited = 0; visited < to_visit.size(); ++visited) {
    const size_t hub = to_visit[visited];
    if (closed_out_.Contains(hubs[hub]->id)) continue;
    if (hub != 0 && !hubs[hub]->transit) continue;
    for (size_t neighbor : neighbors[hub]) {
      if (tells_of[neighbor][hub]) reach(hub, neighbor, /*by_bus=*/false);
    }
    for (size_t neighbor : neighbors_by_bus(hub, to_reach)) reach(hub, neighbor, /*by_bus=*/true);
  }
  // Whom this hub vouches for is trusted, and whom those vouch for. Hubs on one bus vouch for each
  // other.
  std::vector<size_t> trusted = {0};
  const auto vouch = [&](const PeerId& hub) {
    if (!routing.vouched_for.insert(hub).second) return;
    const auto known = numbers.find(hub);
    if (known == numbers.end() || closed_out_.Contains(hub)) return;
    if (reached[known->second]) trusted.push_back(known->second);
  };
  OnBuses to_vouch_for(hubs);
  for (size_t visited = 0; visited < trusted.size(); ++visited) {
    const size_t hub = trusted[visited];
    for (const HubNode::Neighbor& neighbor : hubs[hub]->neighbors) {
      if (neighbor.vouched) vouch(neighbor.hub);
    }
    for (size_t other : neighbors_by_bus(hub, to_vouch_for)) vouch(hubs[other]->id);
  }
  // The same for the key of the mesh, of those hubs alone whose word this is. Who is heard on the
  // bus has it as well: he is let in there by the broker.
  std::vector<const HubNode*> holders = {&own_};
  for (size_t hub : heard) {
    if (hubs[hub]->seal == nullptr || closed_out_.Contains(hubs[hub]->id)) continue;
    routing.have_mesh_key.insert(hubs[hub]->id);
    holders.push_back(hubs[hub]);
  }
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
