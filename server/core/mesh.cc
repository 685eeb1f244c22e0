// SPDX-License-Identifier: Apache-2.0
//
// Our hubs among themselves: who is linked to whom (LinkState), and the hubs we talk to over
// whatever way leads there (Conversation). What is talked about is in presence.cc.
#include <algorithm>
#include <set>
#include <utility>

#include "server/base/masked_url.h"
#include "server/core/hub_state.h"

namespace pigeonhub {
namespace {

// A hub repeats its word, so that one that was lost is missed for no longer than this.
constexpr Duration kRepeatNews = std::chrono::seconds(10);
constexpr size_t kNodesInOneMessage = 16;
constexpr size_t kMostNeighbours = 256;
constexpr size_t kNewsThatMayWait = 4096;

// What a hub says of itself, and every other one keeps.
size_t EntrySize(const HubNode& node) {
  const HubDetails& hub = *node.profile.hub;
  size_t size = node.profile.size() + hub.host.size() + hub.region.size() + hub.url.size();
  for (const std::string& capability : hub.capabilities) size += capability.size();
  return size;
}

}  // namespace

void Hub::State::SettleAsMesh(Turn& turn, Link& link, const PeerId& hub) {
  link.speaks_mesh = true;
  link.settled = false;
  link.hub = hub;
  topology_changed = true;
  Emit(turn, LinkUp{hub});
}

Hub::State::Link* Hub::State::FindMeshLink(const PeerId& hub) const {
  auto it = std::find_if(links.begin(), links.end(),
                         [&](const auto& link) { return link->speaks_mesh && link->hub == hub; });
  return it == links.end() ? nullptr : it->get();
}

Hub::State::MeshHub* Hub::State::FindMeshHub(PathId path) const {
  auto it = mesh_paths.find(path);
  return it == mesh_paths.end() ? nullptr : it->second;
}

bool Hub::State::CanReach(const MeshHub& hub) const { return hub.up && !hub.gone_at.has_value(); }

// ---- Who is linked to whom

void Hub::State::OnHubNews(Turn& turn, Link& link, const inbound::HubNews& news) {
  std::vector<SharedNode> fresh;
  RefuseUnread(turn, link.counts, news.refused);
  for (const SharedNode& node : news.hubs) {
    if (node->neighbours.size() > kMostNeighbours || EntrySize(*node) > options.limits.hub_entry) {
      ++link.counts.refused;
      Count(turn, Reason::kHubEntryTooLarge);
      continue;
    }
    switch (link_state.Learn(node)) {
      case LinkState::Learned::kOld:
        break;
      case LinkState::Learned::kNew:
        fresh.push_back(node);
        if (auto it = mesh_hubs.find(node->id); it != mesh_hubs.end()) {
          it->second->told_at = turn.now.unix_ms;
        }
        break;
      case LinkState::Learned::kOurselves:
        must_tell = true;
        break;
      case LinkState::Learned::kFull:
        ++link.counts.refused;
        Count(turn, Reason::kHubRegistryFull);
        break;
    }
  }
  if (fresh.empty() && !must_tell) return;
  topology_changed = true;
  PassNewsOn(turn, fresh, link.path);
}

void Hub::State::PassNewsOn(Turn& turn, const std::vector<SharedNode>& nodes, PathId except) {
  if (nodes.empty()) return;
  std::vector<ConnectionId> to;
  for (const auto& link : links) {
    if (link->speaks_mesh && link->knows_map && link->path != except) {
      to.push_back(link->connection);
    }
  }
  Broadcast(turn, std::move(to), outbound::HubNews{nodes});
}

void Hub::State::SendMap(Turn& turn, Link& link) {
  std::vector<SharedNode> nodes = {link_state.own()};
  const auto send = [&] {
    SendTo(turn, link.connection, outbound::HubNews{std::exchange(nodes, {})});
  };
  for (const auto& [id, node] : link_state.others()) {
    nodes.push_back(node);
    if (nodes.size() == kNodesInOneMessage) send();
  }
  if (!nodes.empty()) send();
  link.knows_map = true;
}

void Hub::State::TellOfOurselves(Turn& turn) {
  HubNode own;
  for (const auto& link : links) {
    if (!link->speaks_mesh) continue;
    const bool listed = std::any_of(
        own.neighbours.begin(), own.neighbours.end(),
        [&](const HubNode::Neighbour& neighbour) { return neighbour.hub == *link->hub; });
    if (!listed) own.neighbours.push_back({*link->hub, Vouches(*link)});
  }
  const bool changed =
      link_state.own() == nullptr || link_state.own()->neighbours != own.neighbours;
  if (!changed && !must_tell) return;
  must_tell = false;
  own.transit = options.is_hub;
  own.peers = ordinary_peers();
  own.profile.is_hub = true;
  own.profile.hub = std::make_shared<const HubDetails>(DescribeSelf());
  const bool alone = own.neighbours.empty();
  PassNewsOn(turn, {link_state.Tell(std::move(own))}, PathId());
  repeat_news_at.reset();
  if (!alone) repeat_news_at = turn.now.steady + kRepeatNews;
}

void Hub::State::SettleTopology(Turn& turn) {
  topology_changed = false;
  TellOfOurselves(turn);
  for (const auto& link : links) {
    if (link->speaks_mesh && !link->knows_map) SendMap(turn, *link);
  }
  for (const auto& [id, node] : link_state.others()) {
    if (quarantines.contains(id)) continue;
    std::unique_ptr<MeshHub>& hub = mesh_hubs[id];
    if (hub != nullptr) continue;
    hub = std::make_unique<MeshHub>(id, PathId(next_path++), random, RoomToTalk());
    hub->told_at = turn.now.unix_ms;
    mesh_paths[hub->path] = hub.get();
  }
  for (const auto& [id, hub] : mesh_hubs) {
    const LinkState::Route* route = link_state.RouteTo(id);
    if (route == nullptr) {
      if (!hub->gone_at.has_value()) hub->gone_at = turn.now.steady + options.link_grace;
      continue;
    }
    const bool new_way = hub->gone_at.has_value() || hub->next_hop != route->next;
    hub->gone_at.reset();
    hub->next_hop = route->next;
    if (!hub->up) {
      hub->up = true;
      OnPathUp({hub->path, id});
      Greet(*hub);
    } else if (new_way) {
      // What was on its way over the old one may be lost.
      Resend(turn, *hub, /*at_once=*/true);
    }
    ShowHub(turn, *hub);
  }
  DialNeighbours(turn);
}

Conversation::Room Hub::State::RoomToTalk() const {
  const Limits& limits = options.limits;
  // All there is to say: what we want, and each namespace as a list of three. News besides.
  return {4 * limits.namespaces + kNewsThatMayWait,
          2 * (limits.max_connections + limits.remote_peers),
          limits.message - std::min(limits.message, mesh::kEnvelope)};
}

void Hub::State::ShowHub(Turn& turn, const MeshHub& hub) {
  // One that is linked here as a peer is in the hub mesh namespace by its own announce.
  if (peers.Find(hub.id) != nullptr || remote.Find(hub.id) != nullptr) return;
  Profile profile = link_state.others().at(hub.id)->profile;
  profile.is_hub = true;
  OnRemoteJoin(turn, {hub.path, hub.id, mesh_namespace, std::move(profile)});
}

void Hub::State::LoseMeshHub(Turn& turn, const PeerId& id) {
  StopTalkingTo(turn, id);
  link_state.Forget(id);
  topology_changed = true;
}

void Hub::State::StopTalkingTo(Turn& turn, const PeerId& id) {
  const std::unique_ptr<MeshHub> hub = std::move(mesh_hubs.at(id));
  mesh_hubs.erase(id);
  DropUnheardSignals(turn, *hub);
  if (hub->up) (void)OnPathDown(turn, {hub->path});
  mesh_paths.erase(hub->path);
}

void Hub::State::DropUnheardSignals(Turn& turn, const MeshHub& hub) {
  for (const mesh::Signal& lost : hub.talk.UnheardSignals()) {
    DropSignal(turn, {lost.type, lost.from, lost.target, lost.network, lost.payload.text.size(),
                      Reason::kSignalUnknownTarget});
  }
}

void Hub::State::ForgetMesh() {
  mesh_hubs.clear();
  mesh_paths.clear();
  link_state.Clear();
  repeat_news_at.reset();
  topology_changed = must_tell = wants_all = false;
}

TopologyRecord Hub::State::DescribeTopology() const {
  TopologyRecord topology;
  const auto add = [&](const PeerId& id, const HubDetails* details) -> TopologyRecord::Hub& {
    TopologyRecord::Hub& hub = topology.hubs.emplace_back();
    hub.id = id;
    if (details != nullptr) {
      hub.region = details->region;
      hub.capabilities = details->capabilities;
      hub.url = MaskedUrl(details->url);
    }
    if (const Profile* grant = registry.FindGrant(id); grant != nullptr && grant->hub != nullptr) {
      if (!grant->hub->region.empty()) hub.region = grant->hub->region;
      if (!grant->hub->capabilities.empty()) hub.capabilities = grant->hub->capabilities;
    }
    return hub;
  };
  std::set<TopologyRecord::Edge> edges;
  const auto link = [&](const PeerId& a, const PeerId& b) {
    edges.insert({std::min(a, b), std::max(a, b)});
  };
  const PeerId& self = options.hub_peer_id;
  const HubDetails own = DescribeSelf();
  TopologyRecord::Hub& us = add(self, &own);
  us.self = us.speaks_mesh = true;
  us.peers = ordinary_peers();
  std::map<PeerId, const Link*> plain;
  for (const auto& one : links) {
    if (!one->hub.has_value()) continue;
    link(self, *one->hub);
    if (!one->speaks_mesh) plain[*one->hub] = one.get();
  }
  for (const auto& [id, node] : link_state.others()) {
    const LinkState::Route* route = link_state.RouteTo(id);
    if (route == nullptr) continue;
    TopologyRecord::Hub& hub = add(id, node->profile.hub.get());
    hub.hops = route->hops;
    hub.peers = node->peers;
    if (auto it = mesh_hubs.find(id); it != mesh_hubs.end()) hub.told_at = it->second->told_at;
    hub.speaks_mesh = true;
    for (const HubNode::Neighbour& neighbour : node->neighbours) {
      if (neighbour.hub == self || link_state.RouteTo(neighbour.hub) != nullptr) {
        link(id, neighbour.hub);
      }
    }
  }
  for (const auto& [id, one] : plain) {
    TopologyRecord::Hub& hub =
        add(id, one->peer == nullptr ? nullptr : one->peer->profile.hub.get());
    hub.hops = 1;
    hub.peers = PeersBehind(one->path);
  }
  std::sort(topology.hubs.begin() + 1, topology.hubs.end(),
            [](const auto& a, const auto& b) { return a.id < b.id; });
  topology.edges.assign(edges.begin(), edges.end());
  return topology;
}

// ---- Links of our own making

bool Hub::State::Vouches(const Link& link) const {
  return link.uplink.has_value() || registry.Trusts(link.peer->id, link.peer->hub_proof);
}

bool Hub::State::MayDial(const std::string& advertised) const {
  const std::optional<HubUrl> url = ParseHubUrl(advertised);
  if (!url.has_value() || IsOwnAddress(*url)) return false;
  const bool leads_inside =
      IsLoopbackHost(url->host) || IsUnspecifiedHost(url->host) || IsLinkLocalHost(url->host);
  return !leads_inside || IsLoopbackHost(own_host);
}

void Hub::State::DialNeighbours(Turn& turn) {
  if (!options.is_hub || serving != Serving::kServing) return;
  std::vector<std::pair<uint64_t, PeerId>> near;
  for (const auto& [id, node] : link_state.others()) {
    if (link_state.RouteTo(id) != nullptr && link_state.IsVouchedFor(id) &&
        !quarantines.contains(id) && MayDial(node->profile.hub->url)) {
      near.emplace_back(id.Prefix() ^ options.hub_peer_id.Prefix(), id);
    }
  }
  std::sort(near.begin(), near.end());
  near.resize(std::min(near.size(), options.hub_mesh_max_peers));
  // Those that are up stay: a link that works is not given up for one that may not. Unless there
  // are two: the other one was asked for by somebody.
  std::vector<UplinkId> forgotten;
  for (const auto& uplink : uplinks.all()) {
    if (uplink->kind != Uplink::Kind::kDirect) continue;
    if (uplink->state == LinkRecord::State::kUp) {
      const auto leads_there = [&](const auto& link) {
        return link->speaks_mesh && link->hub == uplink->hub;
      };
      if (std::count_if(links.begin(), links.end(), leads_there) > 1)
        forgotten.push_back(uplink->id);
      continue;
    }
    const bool wanted = std::any_of(near.begin(), near.end(),
                                    [&](const auto& one) { return one.second == uplink->hub; });
    if (!wanted) forgotten.push_back(uplink->id);
  }
  for (UplinkId id : forgotten) {
    StopUplink(turn, *uplinks.Find(id), Reason::kOperator, "no longer a neighbour");
    uplinks.Remove(*uplinks.Find(id));
  }
  for (const auto& [distance, near_id] : near) {
    const PeerId id = near_id;  // which a lambda may capture
    // Of each pair one dials, so that there are not two links.
    if (id < options.hub_peer_id || FindMeshLink(id) != nullptr) continue;
    const std::string& url = link_state.others().at(id)->profile.hub->url;
    const bool known =
        std::any_of(uplinks.all().begin(), uplinks.all().end(),
                    [&](const auto& one) { return one->hub == id || one->url == url; });
    if (known) continue;
    Uplink& uplink = uplinks.Add(url, Uplink::Kind::kDirect);
    uplink.hub = id;
    DialUplink(turn, uplink);
  }
}

void Hub::State::RefuseUnread(Turn& turn, LinkCounts& counts, size_t refused) {
  if (refused == 0) return;
  counts.refused += refused;
  Count(turn, Reason::kInvalidMessage);
}

// ---- Frames from hub to hub

void Hub::State::OnHubFrame(Turn& turn, Link& link, const inbound::HubFrame& frame) {
  const bool was_here =
      frame.from == options.hub_peer_id ||
      std::find(frame.via.begin(), frame.via.end(), options.hub_peer_id) != frame.via.end();
  if (was_here) {
    ++link.counts.looped;
    return Count(turn, Reason::kSignalLooped);
  }
  if (frame.to != options.hub_peer_id) return PassFrameOn(turn, link, frame);
  if (RefuseQuarantined(turn, frame.from)) return;
  auto it = mesh_hubs.find(frame.from);
  // Not on the map (yet): it will be said again.
  if (it == mesh_hubs.end() || !it->second->up) return;
  MeshHub& hub = *it->second;
  const Conversation::Heard heard = hub.talk.Hear(turn.now.steady, *frame.body);
  for (size_t type = 0; type < kSignalTypeCount; ++type) {
    counters.signals_relayed[type].Add(heard.signals[type]);
  }
  if (heard.start_over) {
    DropUnheardSignals(turn, hub);
    hub.talk.StartOver();
    Greet(hub);
    if (!heard.fresh) ListAllWanted(hub);
  }
  if (heard.fresh) {
    hub.wants.clear();
    hub.wants_all = false;
    if (!heard.start_over) ListNamespace(hub, std::make_shared<const std::string>(mesh_namespace));
  }
  if (!heard.accepted) return;
  RefuseUnread(turn, hub.counts, frame.refused);
  for (const mesh::Op& op : frame.body->ops) {
    OnMeshOp(turn, hub, op);
  }
}

void Hub::State::PassFrameOn(Turn& turn, Link& link, const inbound::HubFrame& frame) {
  const LinkState::Route* route = link_state.RouteTo(frame.to);
  if (!options.is_hub || route == nullptr) return;
  Link* next = FindMeshLink(route->next);
  const bool goes_back =
      route->next == frame.from || route->next == link.hub ||
      std::find(frame.via.begin(), frame.via.end(), route->next) != frame.via.end();
  if (goes_back || frame.via.size() + 1 >= mesh::kMostHops) {
    ++link.counts.looped;
    return Count(turn, Reason::kSignalLooped);
  }
  const size_t size =
      frame.raw.text.size() + mesh::kFrameHead + (frame.via.size() + 1) * PeerId::kLength;
  if (size > options.limits.message) {
    ++link.counts.refused;
    return Count(turn, Reason::kSignalTooLarge);
  }
  next->largest_passed_on = std::max(next->largest_passed_on, size);
  outbound::HubFrame onward{frame.from, frame.to, frame.via, nullptr, frame.raw};
  onward.via.push_back(options.hub_peer_id);
  SendTo(turn, next->connection, std::move(onward));
}

void Hub::State::SendBody(Turn& turn, const MeshHub& hub, std::shared_ptr<const mesh::Body> body) {
  const Link* next = FindMeshLink(hub.next_hop);
  if (next == nullptr) return;
  SendTo(turn, next->connection,
         outbound::HubFrame{options.hub_peer_id, hub.id, {}, std::move(body), {}});
}

void Hub::State::OnTooLargeForLink(Turn& turn, const Link& link) {
  MeshHub* largest = nullptr;
  for (const auto& [id, hub] : mesh_hubs) {
    if (!hub->up || hub->next_hop != link.hub) continue;
    if (largest == nullptr || hub->talk.largest_unacked() > largest->talk.largest_unacked()) {
      largest = hub.get();
    }
  }
  // If it was what another hub said, that hub finds out when nobody acknowledges it.
  if (largest == nullptr || largest->talk.largest_unacked() == 0 ||
      largest->talk.largest_unacked() < link.largest_passed_on) {
    return;
  }
  BeginSmaller(turn, *largest);
}

void Hub::State::BeginSmaller(Turn& turn, MeshHub& hub) {
  for (const mesh::Signal& lost : hub.talk.BeginSmaller()) {
    DropTooLarge(turn, {lost.type, lost.from, lost.target, lost.network, lost.payload.text.size(),
                        Reason::kSignalTooLarge});
  }
  Count(turn, Reason::kHubToldAnew);
  Greet(hub);
  ListAllWanted(hub);
}

void Hub::State::Resend(Turn& turn, MeshHub& hub, bool at_once) {
  if (hub.talk.IsStuck(turn.now.steady, at_once)) return BeginSmaller(turn, hub);
  for (auto& body : hub.talk.TakeResends(turn.now.steady, at_once)) {
    SendBody(turn, hub, std::move(body));
  }
}

void Hub::State::SettleBacklog(Turn& turn, MeshHub& hub) {
  const bool was_behind = std::exchange(hub.behind, hub.talk.fell_behind());
  if (hub.behind && !was_behind) Count(turn, Reason::kHubToldAnew);
  if (!hub.talk.may_begin_anew()) return;
  hub.talk.BeginAnew();
  Greet(hub);
  ListAllWanted(hub);
}

void Hub::State::SettleMesh(Turn& turn) {
  for (int rounds = 0; topology_changed && rounds < 8; ++rounds) SettleTopology(turn);
  if (mesh_hubs.empty()) return;
  SettleWhatWeWant(turn);
  const Conversation::FindJoin find = [this](const PeerId& peer) { return JoinOf(peer); };
  for (const auto& [id, hub] : mesh_hubs) {
    if (!CanReach(*hub)) continue;
    SettleBacklog(turn, *hub);
    while (auto body = hub->talk.NextBody(turn.now.steady, find)) {
      SendBody(turn, *hub, std::move(body));
    }
    if (auto ack = hub->talk.TakeAck(turn.now.steady)) SendBody(turn, *hub, std::move(ack));
  }
}

void Hub::State::OnMeshTick(Turn& turn) {
  if (repeat_news_at.has_value() && *repeat_news_at <= turn.now.steady) {
    must_tell = topology_changed = true;
  }
  std::vector<PeerId> lost;
  for (const auto& [id, hub] : mesh_hubs) {
    if (hub->gone_at.has_value()) {
      if (*hub->gone_at <= turn.now.steady) lost.push_back(id);
    } else {
      Resend(turn, *hub, /*at_once=*/false);
    }
  }
  for (const PeerId& id : lost) LoseMeshHub(turn, id);
}

std::optional<SteadyTime> Hub::State::NextMeshDeadline() const {
  std::optional<SteadyTime> next = repeat_news_at;
  for (const auto& [id, hub] : mesh_hubs) {
    const std::optional<SteadyTime> at =
        hub->gone_at.has_value() ? hub->gone_at : hub->talk.NextDeadline();
    if (at.has_value() && (!next.has_value() || *at < *next)) next = at;
  }
  return next;
}

}  // namespace pigeonhub
