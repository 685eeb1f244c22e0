// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/map_news.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "server/core/deadlines.h"

namespace pigeonhub {
namespace {

// A hub repeats its word, so that one that was lost is missed for no longer than this.
constexpr Duration kRepeatNews = std::chrono::seconds(10);
constexpr size_t kNodesInOneMessage = 16;
constexpr size_t kMostNeighbors = 256;

// What a hub says of itself, and every other one keeps.
size_t EntrySize(const HubNode& node) {
  const HubDetails& hub = *node.profile.hub;
  size_t size = node.profile.size() + hub.host.size() + hub.region.size() + hub.url.size();
  for (const std::string& capability : hub.capabilities) size += capability.size();
  return size;
}

}  // namespace

void MapNews::Hear(Turn& turn, Link& link, const inbound::HubNews& news) {
  std::vector<SharedNode> fresh;
  CountUnread(turn, link.counts, news.refused);
  for (const SharedNode& node : news.hubs) {
    if (node->neighbors.size() > kMostNeighbors || EntrySize(*node) > options_.limits.hub_entry) {
      ++link.counts.refused;
      turn.Count(Reason::kHubEntryTooLarge);
      continue;
    }
    // Its hub repeats it, so that nothing is lost for longer than that takes.
    const bool costs_work = map_.ChangesRoutes(*node) || map_.ContradictsUs(*node);
    if (costs_work && !link.map_changes.Admit(turn.now.steady)) {
      ++link.counts.refused;
      turn.Count(Reason::kHubNewsRate);
      continue;
    }
    if (!known_keys_.Believes(turn, link, node)) continue;
    if (node->id == self_.id()) HearOwn(turn, link, *node);
    if (Learn(turn, node, &link.counts)) fresh.push_back(node);
  }
  if (fresh.empty() && !must_announce_) return;
  map_.MarkChanged();
  PassOn(turn, fresh, link.path);
}

bool MapNews::Learn(Turn& turn, const SharedNode& node, LinkCounts* refused) {
  switch (map_.Learn(node)) {
    case HubMap::Learned::kOld:
      return false;
    case HubMap::Learned::kNew:
      known_keys_.Note(*node);
      if (MeshHub* hub = mesh_hubs_.Find(node->id)) hub->reported_at = turn.now.unix_ms;
      return true;
    case HubMap::Learned::kOurselves:
      must_announce_ = true;
      return false;
    case HubMap::Learned::kFull:
      if (refused != nullptr) ++refused->refused;
      turn.Count(Reason::kHubRegistryFull);
      return false;
  }
  return false;
}

void MapNews::HearOwn(Turn& turn, Link& link, const HubNode& node) {
  if (!sealer_.WouldBeOwnAndLater(node) || !known_keys_.IsSigned(turn, link, node)) return;
  sealer_.BeginAfter(node.seal->start);
  must_announce_ = true;
}

void MapNews::PassOn(Turn& turn, const std::vector<SharedNode>& nodes, PathId except) {
  if (nodes.empty()) return;
  std::vector<ConnectionId> to;
  for (const auto& link : links_.all()) {
    if (link->is_mesh() && link->knows_map && link->path != except) {
      to.push_back(link->connection);
    }
  }
  turn.Broadcast(std::move(to), outbound::HubNews{nodes});
}

void MapNews::AnnounceSelf(Turn& turn) {
  HubNode own;
  for (const auto& link : links_.all()) {
    if (!link->is_mesh()) continue;
    auto listed =
        std::find_if(own.neighbors.begin(), own.neighbors.end(),
                     [&](const HubNode::Neighbor& neighbor) { return neighbor.hub == *link->hub; });
    if (listed == own.neighbors.end()) listed = own.neighbors.insert(listed, {*link->hub});
    listed->vouched |= direct_links_.Vouches(*link);
    const std::optional<PublicKey> key = direct_links_.KeyOfMeshKeyHolder(*link);
    const bool may_have_one = listed - own.neighbors.begin() < std::ptrdiff_t{kMostKeysOfNeighbors};
    if (may_have_one && !listed->key.has_value() && key.has_value()) listed->key = PrefixOf(*key);
  }
  const bool changed = map_.own() == nullptr || map_.own()->neighbors != own.neighbors;
  if (!changed && !must_announce_) return;
  must_announce_ = false;
  own.transit = self_.is_hub();
  own.peers = peers_.size() - registry_.records().size();
  own.profile.is_hub = true;
  own.profile.hub = std::make_shared<const HubDetails>(self_.Describe());
  const bool alone = own.neighbors.empty();
  if (!sealer_.has_begun()) sealer_.Begin(turn.now.unix_ms);
  PassOn(turn, {map_.Announce(std::move(own), sealer_)}, PathId());
  repeat_at_.reset();
  if (!alone) repeat_at_ = turn.now.steady + kRepeatNews;
}

void MapNews::SendMap(Turn& turn, Link& link) {
  std::vector<SharedNode> nodes = {map_.own()};
  if (!known_keys_.MayBeTold(link)) {
    // One of the two has to begin, and this hub was told whom it dials.
    if (!link.dial_target.has_value() || std::exchange(link.was_told_of_us, true)) return;
    return turn.Send(link.connection, outbound::HubNews{std::move(nodes)});
  }
  const auto send = [&] {
    turn.Send(link.connection, outbound::HubNews{std::exchange(nodes, {})});
  };
  for (const auto& [id, node] : map_.others()) {
    nodes.push_back(node);
    if (nodes.size() == kNodesInOneMessage) send();
  }
  if (!nodes.empty()) send();
  link.knows_map = true;
}

void MapNews::OnTick(Turn& turn) {
  while (const SharedNode node = known_keys_.TakeExpired(turn.now.steady)) {
    if (!Learn(turn, node, nullptr)) continue;
    map_.MarkChanged();
    PassOn(turn, {node}, PathId());
  }
  if (!repeat_at_.has_value() || *repeat_at_ > turn.now.steady) return;
  must_announce_ = true;
  map_.MarkChanged();
}

std::optional<SteadyTime> MapNews::NextDeadline() const {
  return Earliest({repeat_at_, known_keys_.NextDeadline()});
}

void MapNews::Clear() {
  must_announce_ = false;
  repeat_at_.reset();
}

}  // namespace pigeonhub
