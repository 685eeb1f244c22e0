// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/map_news.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace pigeonhub {
namespace {

// A hub repeats its word, so that one that was lost is missed for no longer than this.
constexpr Duration kRepeatNews = std::chrono::seconds(10);
constexpr size_t kBytesInOneMessage = size_t{32} * 1024;
constexpr size_t kMostNeighbors = 256;
constexpr size_t kTextOfAnId = 80;      // with what stands around it, at most
constexpr size_t kTextOfTheRest = 640;  // names of members, numbers and the seal

bool IsTooLarge(const HubNode& node, const Limits& limits) {
  const size_t ids = node.neighbors.size() + node.unheard.size();
  return node.neighbors.size() > kMostNeighbors || node.unheard.size() > limits.hubs ||
         EntrySize(node) > limits.hub_entry ||
         // Of what this hub does not read there may be as much again.
         node.raw.size() > 2 * limits.hub_entry + ids * kTextOfAnId;
}

// What it takes in a message, at most.
size_t TextSize(const HubNode& node) {
  if (!node.raw.empty()) return node.raw.size();
  const size_t ids = node.neighbors.size() + node.unheard.size();
  return EntrySize(node) + kTextOfTheRest + ids * kTextOfAnId;
}

// Hands on the nodes, message by message. One that is too large for a message has one alone.
template <typename Say>
void SayInMessages(const std::vector<SharedNode>& nodes, Say say) {
  std::vector<SharedNode> message;
  size_t bytes = 0;
  for (const SharedNode& node : nodes) {
    const size_t size = TextSize(*node);
    if (!message.empty() && bytes + size > kBytesInOneMessage) {
      say(std::exchange(message, {}));
      bytes = 0;
    }
    message.push_back(node);
    bytes += size;
  }
  if (!message.empty()) say(std::move(message));
}

}  // namespace

void MapNews::Hear(Turn& turn, Way& way, const inbound::HubNews& news) {
  std::vector<SharedNode> fresh;
  CountUnread(turn, way.counts, news.refused);
  for (const SharedNode& node : news.hubs) {
    if (IsTooLarge(*node, options_.limits)) {
      ++way.counts.refused;
      turn.Count(Reason::kHubEntryTooLarge);
      continue;
    }
    if (node->id == map_.self() && bus_way_.HasNamesake(turn.now.steady)) continue;
    // Its hub repeats it, so that nothing is lost for longer than that takes.
    const bool costs_work = map_.ChangesRoutes(*node) || map_.ContradictsUs(*node);
    if (costs_work && !way.map_changes.Admit(turn.now.steady)) {
      ++way.counts.refused;
      turn.Count(Reason::kHubNewsRate);
      continue;
    }
    if (!known_keys_.Believes(turn, way, node)) continue;
    if (node->id == map_.self()) HearOwn(turn, way, *node);
    if (Learn(turn, node, &way.counts)) fresh.push_back(node);
  }
  PassOn(turn, fresh, &way);
}

bool MapNews::Learn(Turn& turn, const SharedNode& node, LinkCounts* refused) {
  if (map_.LeavesOurBus(*node)) bus_way_.NoteLeft(node->id);
  switch (map_.Learn(node)) {
    case HubMap::Learned::kOld:
      return false;
    case HubMap::Learned::kNew:
      map_.MarkChanged();
      [[fallthrough]];
    case HubMap::Learned::kRepeated:
      known_keys_.Note(*node);
      if (MeshHub* hub = mesh_hubs_.Find(node->id)) hub->reported_at = turn.now.unix_ms;
      return true;
    case HubMap::Learned::kOurselves:
      MustAnnounce();
      return false;
    case HubMap::Learned::kFull:
      if (refused != nullptr) ++refused->refused;
      turn.Count(Reason::kHubRegistryFull);
      return false;
  }
  return false;
}

void MapNews::HearOwn(Turn& turn, Way& way, const HubNode& node) {
  if (!sealer_.WouldBeOwnAndLater(node) || !known_keys_.IsSigned(turn, way, node)) return;
  sealer_.BeginAfter(node.seal->start);
  MustAnnounce();
}

void MapNews::MustAnnounce() {
  must_announce_ = true;
  map_.MarkChanged();
}

void MapNews::PassOn(Turn& turn, const std::vector<SharedNode>& nodes, const Way* came_by) {
  if (nodes.empty()) return;
  PassOnOverLinks(turn, nodes, came_by);
  bus_way_.PassOn(turn, nodes, came_by);
}

void MapNews::PassOnOverLinks(Turn& turn, const std::vector<SharedNode>& nodes,
                              const Way* came_by) {
  std::vector<ConnectionId> to;
  for (const auto& link : links_.all()) {
    if (link->is_mesh() && link->knows_map && link.get() != came_by) {
      to.push_back(link->connection);
    }
  }
  turn.Broadcast(std::move(to), outbound::HubNews{nodes});
}

void MapNews::AnnounceSelf(Turn& turn) {
  HubNode own = own_node_.Describe(turn.now.steady);
  const bool changed = map_.own() == nullptr || !HubMap::AreLinkedAlike(*map_.own(), own);
  if (!changed && !must_announce_) return;
  must_announce_ = false;
  const bool alone = own.neighbors.empty() && !own.bus.has_value();
  if (!sealer_.has_begun()) sealer_.Begin(turn.now.unix_ms);
  const SharedNode& announced = map_.Announce(std::move(own), sealer_);
  PassOnOverLinks(turn, {announced}, nullptr);
  bus_way_.Announce(turn, announced);
  repeat_at_.reset();
  if (!alone) repeat_at_ = turn.now.steady + kRepeatNews;
}

void MapNews::AnnounceEnd(Turn& turn) {
  SharedNode last;
  if (map_.own() != nullptr && (!map_.own()->neighbors.empty() || map_.own()->bus.has_value())) {
    last = map_.Announce(own_node_.DescribeAlone(), sealer_);
    PassOnOverLinks(turn, {last}, nullptr);
  }
  bus_way_.Leave(turn, last);
}

void MapNews::SendMap(Turn& turn, Link& link) {
  std::vector<SharedNode> nodes = {map_.own()};
  if (!known_keys_.MayBeTold(link)) {
    // One of the two has to begin, and this hub was told whom it dials.
    if (!link.dial_target.has_value() || std::exchange(link.was_told_of_us, true)) return;
    return turn.Send(link.connection, outbound::HubNews{std::move(nodes)});
  }
  for (const auto& [id, node] : map_.others()) nodes.push_back(node);
  SayInMessages(nodes, [&](std::vector<SharedNode> message) {
    turn.Send(link.connection, outbound::HubNews{std::move(message)});
  });
  link.knows_map = true;
}

void MapNews::SendMapToNewcomers(Turn& turn) {
  if (newcomers_.empty()) return;
  // Those that are heard on the bus speak for themselves; of those behind a link of another hub
  // that one speaks.
  std::vector<SharedNode> nodes = {map_.own()};
  for (const auto& [id, node] : map_.others()) {
    const HubMap::Route* route = map_.RouteTo(id);
    if (route != nullptr && !route->begins_on_bus) nodes.push_back(node);
  }
  for (const PeerId& newcomer : std::exchange(newcomers_, {})) {
    SayInMessages(nodes, [&](std::vector<SharedNode> message) {
      bus_way_.SayTo(turn, newcomer, std::move(message));
    });
  }
}

void MapNews::OnTick(Turn& turn) {
  while (const SharedNode node = known_keys_.TakeExpired(turn.now.steady)) {
    if (Learn(turn, node, nullptr)) PassOn(turn, {node}, nullptr);
  }
  if (!repeat_at_.has_value() || *repeat_at_ > turn.now.steady) return;
  repeat_at_.reset();  // until it is announced
  MustAnnounce();
}

void MapNews::Clear() {
  must_announce_ = false;
  repeat_at_.reset();
  newcomers_.clear();
}

}  // namespace pigeonhub
