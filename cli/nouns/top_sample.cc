// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/top_sample.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "cli/nouns/message_cells.h"
#include "cli/rpc/paging.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::Top;
using pigeonctl::v1::TopHub;
using pigeonctl::v1::TopNamespace;
using pigeonctl::v1::TopPeer;

constexpr uint64_t kMostRows = 5000;
constexpr int kMostReasons = 3;

// How connections end when nothing is wrong. What is counted beside them was refused or dropped.
constexpr v1::Reason kQuietReasons[] = {
    v1::REASON_PEER_CLOSED, v1::REASON_TRANSPORT_LOST,  v1::REASON_GOODBYE, v1::REASON_REPLACED,
    v1::REASON_OPERATOR,    v1::REASON_SERVER_SHUTDOWN, v1::REASON_DRAINING};

bool IsRefusal(v1::Reason reason) {
  return std::find(std::begin(kQuietReasons), std::end(kQuietReasons), reason) ==
         std::end(kQuietReasons);
}

// A counter that went on from `before` to `after`. A hub that was started anew counts from 0.
int64_t Grown(int64_t before, int64_t after) { return after < before ? after : after - before; }

double Rate(int64_t before, int64_t after, double seconds) {
  return seconds <= 0 ? 0 : static_cast<double>(Grown(before, after)) / seconds;
}

std::vector<v1::ReasonCount> RefusalsBetween(const v1::TrafficCounts& before,
                                             const v1::TrafficCounts& after) {
  std::map<v1::Reason, int64_t> known;
  for (const v1::ReasonCount& each : before.reasons()) known[each.reason()] = each.count();
  std::vector<v1::ReasonCount> grown;
  for (const v1::ReasonCount& each : after.reasons()) {
    const int64_t count = Grown(known[each.reason()], each.count());
    if (count == 0 || !IsRefusal(each.reason())) continue;
    grown.push_back(each);
    grown.back().set_count(count);
  }
  std::stable_sort(grown.begin(), grown.end(),
                   [](const auto& a, const auto& b) { return a.count() > b.count(); });
  return grown;
}

int64_t Signals(const v1::TrafficCounts& traffic) {
  return traffic.signals_delivered() + traffic.signals_relayed();
}

void AddTotals(const TopSample& before, const TopSample& after, double seconds, Top& top) {
  const v1::GetStatsResponse& stats = after.stats;
  const v1::TrafficCounts& was = before.stats.traffic();
  pigeonctl::v1::TopTotals& totals = *top.mutable_totals();
  totals.set_hub_peer_id(stats.hub_peer_id());
  totals.set_serving_state(stats.serving_state());
  *totals.mutable_uptime() = stats.uptime();
  totals.set_connections(stats.connections());
  totals.set_max_connections(stats.max_connections());
  totals.set_remote_peers(stats.remote_peers());
  totals.set_joins(Rate(was.connections_opened(), stats.traffic().connections_opened(), seconds));
  totals.set_signals(Rate(Signals(was), Signals(stats.traffic()), seconds));
  int64_t refused = 0;
  for (const v1::ReasonCount& each : RefusalsBetween(was, stats.traffic())) {
    refused += each.count();
    if (totals.reasons_size() < kMostReasons) *totals.add_reasons() = each;
  }
  totals.set_refusals(Rate(0, refused, seconds));
}

struct LinkCounts {
  int64_t relayed = 0;
  int64_t refused = 0;
  int64_t bytes = 0;
  int64_t queue = 0;
};

std::map<std::string, LinkCounts> CountsOf(const v1::ListLinksResponse& links) {
  std::map<std::string, LinkCounts> counts;
  for (const v1::Link& link : links.links()) {
    LinkCounts& sum = counts[link.hub_peer_id()];
    sum.relayed += link.relayed();
    sum.refused += link.refused() + link.forged() + link.looped();
    sum.bytes += link.received_bytes();
    sum.queue += link.queue_bytes();
  }
  return counts;
}

void AddHubs(const TopSample& before, const TopSample& after, double seconds,
             std::chrono::system_clock::time_point now, Top& top) {
  std::map<std::string, int64_t> peers;
  for (const v1::TopologyHub& hub : before.mesh.hubs()) peers[hub.peer_id()] = hub.peers();
  auto was = CountsOf(before.links);
  auto is = CountsOf(after.links);
  std::map<std::string, const google::protobuf::Duration*> uptimes;
  for (const v1::GetStatsResponse& hub : after.all_hubs.per_hub()) {
    uptimes[hub.hub_id()] = &hub.uptime();
  }
  uptimes[after.stats.hub_peer_id()] = &after.stats.uptime();
  std::map<std::string, const v1::Link*> up;
  for (const v1::Link& link : after.links.links()) {
    if (link.state() == v1::LINK_STATE_UP) up[link.hub_peer_id()] = &link;
  }
  for (const v1::TopologyHub& hub : after.mesh.hubs()) {
    TopHub& row = *top.add_hubs();
    row.set_hub_peer_id(hub.peer_id());
    row.set_region(hub.region());
    row.set_hops(hub.hops());
    row.set_self(hub.self());
    row.set_peers(hub.peers());
    const auto known = peers.find(hub.peer_id());
    row.set_peers_change(known == peers.end() ? 0 : hub.peers() - known->second);
    const auto uptime = uptimes.find(hub.peer_id());
    if (uptime != uptimes.end()) *row.mutable_uptime() = *uptime->second;
    const auto link = up.find(hub.peer_id());
    if (hub.self()) {
      row.set_signals(top.totals().signals());
      row.set_refusals(top.totals().refusals());
      *row.mutable_age() = after.stats.uptime();
    } else if (link != up.end()) {
      const LinkCounts& old = was[hub.peer_id()];
      const LinkCounts& current = is[hub.peer_id()];
      row.set_signals(Rate(old.relayed, current.relayed, seconds));
      row.set_refusals(Rate(old.refused, current.refused, seconds));
      row.set_bytes(Rate(old.bytes, current.bytes, seconds));
      row.set_queue_bytes(current.queue);
      if (link->second->has_round_trip()) *row.mutable_round_trip() = link->second->round_trip();
      *row.mutable_age() = ToProto(now - ToChrono(link->second->state_time()));
    }
  }
}

void AddPeers(const TopSample& before, const TopSample& after, double seconds,
              std::chrono::system_clock::time_point now, Top& top) {
  std::map<std::string, const v1::Peer*> known_peers;
  for (const v1::Peer& peer : before.peers.peers()) known_peers[peer.peer_id()] = &peer;
  for (const v1::Peer& peer : after.peers.peers()) {
    TopPeer& row = *top.add_peers();
    row.set_peer_id(peer.peer_id());
    row.set_namespace_(peer.namespace_());
    row.set_remote_address(peer.remote_address());
    *row.mutable_age() = ToProto(now - ToChrono(peer.connect_time()));
    *row.mutable_idle() = ToProto(now - ToChrono(peer.last_activity_time()));
    const auto known = known_peers.find(peer.peer_id());
    // One that has come since, perhaps again, has sent all of it since.
    const bool is_same = known != known_peers.end() &&
                         ToChrono(known->second->connect_time()) == ToChrono(peer.connect_time());
    const v1::Peer& was = is_same ? *known->second : v1::Peer::default_instance();
    row.set_active(ToChrono(was.last_activity_time()) != ToChrono(peer.last_activity_time()));
    row.set_messages(Rate(was.message_count(), peer.message_count(), seconds));
    row.set_bytes(Rate(was.received_bytes(), peer.received_bytes(), seconds));
    row.set_queue_bytes(peer.queue_bytes());
    if (peer.has_round_trip()) *row.mutable_round_trip() = peer.round_trip();
  }
}

void AddNamespaces(const TopSample& before, const TopSample& after, double seconds, Top& top) {
  const auto members = [](const v1::Namespace& each) {
    return each.local_peers() + each.remote_peers();
  };
  std::map<std::string, const v1::Namespace*> known;
  for (const v1::Namespace& each : before.namespaces.namespaces()) known[each.name()] = &each;
  for (const v1::Namespace& each : after.namespaces.namespaces()) {
    TopNamespace& row = *top.add_namespaces();
    row.set_namespace_(each.name());
    row.set_local_peers(each.local_peers());
    row.set_remote_peers(each.remote_peers());
    const auto found = known.find(each.name());
    const v1::Namespace& was =
        found == known.end() ? v1::Namespace::default_instance() : *found->second;
    row.set_peers_change(members(each) - members(was));
    row.set_signals(Rate(was.signal_count(), each.signal_count(), seconds));
    row.set_bytes(Rate(was.signal_bytes(), each.signal_bytes(), seconds));
  }
}

// By what rows are compared: the larger number comes first.
template <typename Row>
struct Key {
  std::string_view name;
  double (*number)(const Row&);
};

double Seconds(const google::protobuf::Duration& duration) {
  return std::chrono::duration<double>(ToChrono(duration)).count();
}

constexpr Key<TopHub> kHubKeys[] = {
    {"messages", [](const TopHub& row) { return row.signals(); }},
    {"peers", [](const TopHub& row) { return static_cast<double>(row.peers()); }},
    {"joins", [](const TopHub& row) { return static_cast<double>(row.peers_change()); }},
    {"refusals", [](const TopHub& row) { return row.refusals(); }},
    {"age", [](const TopHub& row) { return Seconds(row.age()); }},
    {"uptime", [](const TopHub& row) { return Seconds(row.uptime()); }},
    {"bytes", [](const TopHub& row) { return row.bytes(); }},
    {"queue", [](const TopHub& row) { return static_cast<double>(row.queue_bytes()); }},
    {"rtt", [](const TopHub& row) { return Seconds(row.round_trip()); }},
};

constexpr Key<TopPeer> kPeerKeys[] = {
    {"age", [](const TopPeer& row) { return Seconds(row.age()); }},
    {"idle", [](const TopPeer& row) { return Seconds(row.idle()); }},
    {"activity", [](const TopPeer& row) { return -Seconds(row.idle()); }},
    {"messages", [](const TopPeer& row) { return row.messages(); }},
    {"bytes", [](const TopPeer& row) { return row.bytes(); }},
    {"queue", [](const TopPeer& row) { return static_cast<double>(row.queue_bytes()); }},
    {"rtt", [](const TopPeer& row) { return Seconds(row.round_trip()); }},
};

constexpr Key<TopNamespace> kNamespaceKeys[] = {
    {"peers",
     [](const TopNamespace& row) {
       return static_cast<double>(row.local_peers() + row.remote_peers());
     }},
    {"joins", [](const TopNamespace& row) { return static_cast<double>(row.peers_change()); }},
    {"local", [](const TopNamespace& row) { return static_cast<double>(row.local_peers()); }},
    {"messages", [](const TopNamespace& row) { return row.signals(); }},
    {"bytes", [](const TopNamespace& row) { return row.bytes(); }},
};

template <typename Row, size_t N>
std::vector<std::string> NamesOf(const Key<Row> (&keys)[N]) {
  std::vector<std::string> names;
  for (const Key<Row>& key : keys) names.emplace_back(key.name);
  return names;
}

template <typename Row, size_t N>
void Sort(google::protobuf::RepeatedPtrField<Row>& rows, const Key<Row> (&keys)[N],
          std::string_view name, size_t most) {
  const auto key = std::find_if(std::begin(keys), std::end(keys),
                                [&](const Key<Row>& each) { return each.name == name; });
  if (key == std::end(keys)) return;
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const Row& a, const Row& b) { return key->number(a) > key->number(b); });
  const int kept = most == 0 ? rows.size() : static_cast<int>(std::min<size_t>(most, rows.size()));
  rows.DeleteSubrange(kept, rows.size() - kept);
}

// What a hub says alone, or nothing, where it does not know the question.
void AskAllHubs(Client& hub, v1::GetStatsResponse& stats) {
  v1::GetStatsRequest request;
  request.set_hub_id(std::string(kAllHubs));
  if (!hub.CallQuietly(request, stats).ok()) stats.Clear();
}

}  // namespace

absl::StatusOr<TopSample> TakeTopSample(Client& hub, TopView view) {
  TopSample sample;
  absl::Status status = hub.Call(v1::GetStatsRequest(), sample.stats);
  if (!status.ok()) return status;
  switch (view) {
    case TopView::kHubs:
      status = hub.Call(v1::GetTopologyRequest(), sample.mesh);
      if (!status.ok()) return status;
      AskAllHubs(hub, sample.all_hubs);
      status = CollectPages<v1::ListLinksRequest, v1::ListLinksResponse>(
          hub, v1::ListLinksRequest(), kMostRows, sample.links,
          [](const auto& page) { return page.links_size(); });
      break;
    case TopView::kPeers:
      status = CollectPages<v1::ListPeersRequest, v1::ListPeersResponse>(
          hub, v1::ListPeersRequest(), kMostRows, sample.peers,
          [](const auto& page) { return page.peers_size(); });
      break;
    case TopView::kNamespaces:
      status = CollectPages<v1::ListNamespacesRequest, v1::ListNamespacesResponse>(
          hub, v1::ListNamespacesRequest(), kMostRows, sample.namespaces,
          [](const auto& page) { return page.namespaces_size(); });
      break;
  }
  if (!status.ok()) return status;
  sample.when = std::chrono::steady_clock::now();
  return sample;
}

Top Compare(const TopSample& before, const TopSample& after, TopView view,
            std::chrono::system_clock::time_point now) {
  Top top;
  const auto over = after.when - before.when;
  const double seconds = std::chrono::duration<double>(over).count();
  *top.mutable_over() = ToProto(over);
  AddTotals(before, after, seconds, top);
  switch (view) {
    case TopView::kHubs:
      AddHubs(before, after, seconds, now, top);
      break;
    case TopView::kPeers:
      AddPeers(before, after, seconds, now, top);
      break;
    case TopView::kNamespaces:
      AddNamespaces(before, after, seconds, top);
      break;
  }
  top.set_more(!after.peers.next_page_token().empty() ||
               !after.namespaces.next_page_token().empty() ||
               !after.links.next_page_token().empty());
  return top;
}

std::vector<std::string> TopKeys(TopView view) {
  switch (view) {
    case TopView::kHubs:
      return NamesOf(kHubKeys);
    case TopView::kPeers:
      return NamesOf(kPeerKeys);
    case TopView::kNamespaces:
      return NamesOf(kNamespaceKeys);
  }
  return {};
}

void SortTop(Top& top, TopView view, std::string_view key, size_t most) {
  switch (view) {
    case TopView::kHubs:
      return Sort(*top.mutable_hubs(), kHubKeys, key, most);
    case TopView::kPeers:
      return Sort(*top.mutable_peers(), kPeerKeys, key, most);
    case TopView::kNamespaces:
      return Sort(*top.mutable_namespaces(), kNamespaceKeys, key, most);
  }
}

std::vector<std::string> TopNames(const Top& top) {
  std::vector<std::string> names;
  for (const TopHub& each : top.hubs()) names.push_back(each.hub_peer_id());
  for (const TopPeer& each : top.peers()) names.push_back(each.peer_id());
  for (const TopNamespace& each : top.namespaces()) names.push_back(each.namespace_());
  return names;
}

}  // namespace pigeonhub::cli
