// SPDX-License-Identifier: Apache-2.0
#include "server/core/hub.h"

#include <algorithm>
#include <utility>

#include "server/base/masked_url.h"
#include "server/core/hub_state.h"
#include "server/core/overloaded.h"

namespace pigeonhub {
namespace {

PeerRecord RecordOf(const Peer& peer) {
  return {
      peer.id,           peer.order,        peer.network == nullptr ? nullptr : peer.network->name,
      peer.profile,      peer.is_hub,       peer.address,
      peer.connected_at, peer.announced_at, peer.last_activity};
}

NamespaceRecord RecordOf(const Namespace& network, bool is_hub_mesh) {
  return {network.key.name, network.local.size(), network.remote.size(), is_hub_mesh};
}

}  // namespace

Hub::Hub(HubOptions options, uint64_t seed)
    : state_(std::make_unique<State>(std::move(options), seed)) {
  state_->UpdateGauges();
}

Hub::~Hub() = default;

absl::Status Hub::Handle(const Now& now, const Input& input, Effects& effects) {
  Turn turn{now, effects};
  absl::Status answer = state_->Dispatch(turn, input);
  state_->SettleMesh(turn);
  state_->FinishDrainIfEmpty(turn);
  state_->UpdateGauges();
  return answer;
}

Hub::State::State(HubOptions hub_options, uint64_t seed)
    : options(std::move(hub_options)),
      mesh_namespace(options.hub_mesh_namespace),
      random(seed),
      registry(options.hub_admission, options.hub_allow, options.limits.hubs,
               options.limits.hub_entry),
      uplinks(options.reconnect_interval, options.max_reconnect_attempts),
      link_state(options.hub_peer_id, options.limits.hubs),
      bootstrap_hubs(options.bootstrap_hubs) {}

absl::Status Hub::State::Dispatch(Turn& turn, const Input& input) {
  absl::Status answer;
  std::visit(Overloaded{
                 [&](const Received& in) { OnReceived(turn, in); },
                 [&](const Opened& in) { OnOpened(turn, in); },
                 [&](const Closed& in) { OnClosed(turn, in); },
                 [&](const Alive& in) { OnAlive(turn, in); },
                 [&](const WantMore& in) { OnWantMore(turn, in); },
                 [&](const Refused& in) { OnRefused(turn, in); },
                 [&](const MemoryShortage& in) { memory_is_short = in.is_short; },
                 [&](const DialOpened& in) { OnDialOpened(turn, in); },
                 [&](const DialFailed& in) { OnDialFailed(turn, in); },
                 [&](const PathUp& in) { OnPathUp(in); },
                 [&](const PathDown& in) { (void)OnPathDown(turn, in); },
                 [&](const RemoteJoin& in) { OnRemoteJoin(turn, in); },
                 [&](const RemoteLeave& in) { OnRemoteLeave(turn, in); },
                 [&](const RemoteSignal& in) { OnRemoteSignal(turn, in); },
                 [&](const StartSignaling& in) { answer = OnStartSignaling(turn, in); },
                 [&](const StopSignaling&) { answer = OnStopSignaling(turn); },
                 [&](const pigeonhub::Drain& in) { answer = OnDrain(turn, in); },
                 [&](const Undrain&) { answer = OnUndrain(turn); },
                 [&](const RegisterHub& in) { answer = OnRegisterHub(turn, in); },
                 [&](const UnregisterHub& in) { answer = OnUnregisterHub(turn, in); },
                 [&](const QuarantineHub& in) { answer = OnQuarantineHub(turn, in); },
                 [&](const ReleaseHub& in) { answer = OnReleaseHub(turn, in); },
                 [&](const DisconnectPeer& in) { answer = OnDisconnectPeer(turn, in); },
                 [&](const ConnectHub& in) { answer = OnConnectHub(turn, in); },
                 [&](const ConnectBootstrapHubs&) { answer = OnConnectBootstrapHubs(turn); },
                 [&](const DisconnectBootstrapHubs&) { answer = OnDisconnectBootstrapHubs(turn); },
                 [&](const DisconnectLink& in) { answer = OnDisconnectLink(turn, in); },
                 [&](const DisconnectUrl& in) { answer = OnDisconnectUrl(turn, in); },
                 [&](const SetBootstrapHubs& in) { answer = OnSetBootstrapHubs(turn, in); },
                 [&](const SetHubMeshNamespace& in) { answer = OnSetHubMeshNamespace(in); },
                 [&](const WatchSignals& in) { signal_watch.Watch(in.filters); },
                 [&](const ShowBootstrapSignaling& in) { show_bootstrap_signaling = in.show; },
                 [&](const Report& in) { OnReport(turn, in); },
                 [&](const Tick&) { OnTick(turn); },
             },
             input);
  return answer;
}

void Hub::State::OnReceived(Turn& turn, const Received& input) {
  Peer* peer = peers.Find(input.connection);
  if (peer == nullptr) {
    // Frames may still arrive from a connection that was told to go.
    if (Link* link = FindUplinkLink(input.connection)) OnUplinkMessage(turn, *link, input.message);
    return;
  }
  peer->last_activity = turn.now.unix_ms;
  ++peer->messages;
  peer->bytes += input.bytes;
  if (!std::holds_alternative<inbound::Goodbye>(input.message)) NoteSignOfLife(turn, *peer);
  std::visit(Overloaded{
                 [&](const inbound::Signal& m) { OnSignal(turn, *peer, m); },
                 [&](const inbound::Announce& m) { OnAnnounce(turn, *peer, m); },
                 [&](const inbound::Goodbye& m) { OnGoodbye(turn, *peer, m); },
                 [&](const inbound::Ping&) { OnPing(turn, *peer); },
                 [&](const inbound::Cleanup& m) { OnCleanup(turn, *peer, m); },
                 [&](const inbound::PeerReport& m) {
                   Link* link = LinkOf(*peer);
                   if (link == nullptr) return Count(turn, Reason::kNotAHub);
                   OnPeerReport(turn, *link, m);
                 },
                 [&](const inbound::PeerWithdrawal& m) {
                   Link* link = LinkOf(*peer);
                   // To anybody else this is a type the hub does not route.
                   if (link == nullptr) return OnUnroutable(turn, *peer, "peer-disconnected");
                   OnPeerWithdrawal(turn, *link, m);
                 },
                 [&](const inbound::HubNews& m) {
                   Link* link = LinkOf(*peer);
                   if (link == nullptr || !link->speaks_mesh) {
                     return OnUnroutable(turn, *peer, "hub-news");
                   }
                   OnHubNews(turn, *link, m);
                 },
                 [&](const inbound::HubFrame& m) {
                   Link* link = LinkOf(*peer);
                   if (link == nullptr || !link->speaks_mesh) {
                     return OnUnroutable(turn, *peer, "hub-frame");
                   }
                   OnHubFrame(turn, *link, m);
                 },
                 [&](const inbound::Connected&) { OnUnroutable(turn, *peer, "connected"); },
                 [&](const inbound::Pong&) { OnUnroutable(turn, *peer, "pong"); },
                 [&](const inbound::Error&) { OnUnroutable(turn, *peer, "error"); },
                 [&](const inbound::Unroutable& m) { OnUnroutable(turn, *peer, m.type); },
             },
             input.message);
}

void Hub::State::Emit(Turn& turn, EventBody body) {
  turn.effects.push_back(pigeonhub::Emit{{next_event++, turn.now.unix_ms, std::move(body)}});
}

void Hub::State::Count(Turn& turn, Reason reason, const Origin& who) {
  counters.of(reason).Add();
  if (!IsLimit(reason)) return;
  if (auto news = limits.OnHit(turn.now.steady, reason, who)) TellLimit(turn, *std::move(news));
}

Origin Hub::State::OriginOf(const Peer& peer) {
  return {peer.id.text(), peer.address,
          peer.network == nullptr ? std::string_view() : peer.network->key.name};
}

void Hub::State::TellLimit(Turn& turn, BurstNews news) {
  Emit(turn, LimitHit{news.reason, news.count, news.total, news.lasted, news.ended,
                      std::move(news.by_address), std::move(news.by_network)});
}

void Hub::State::EndBursts(Turn& turn, SteadyTime until) {
  while (auto news = limits.OnTime(until)) TellLimit(turn, *std::move(news));
  while (const auto news = refusals.OnTime(until)) TellRefusals(turn, *news);
}

Reason Hub::State::TurningAway() const {
  if (memory_is_short) return Reason::kMemoryLimit;
  if (is_full) return Reason::kMaximumConnections;
  return Reason::kCount;
}

void Hub::State::UpdateGauges() {
  // A hub that says "ready" with one place left would change its mind with every peer.
  const size_t most = options.limits.max_connections;
  const size_t air = std::max<size_t>(most / 20, 1);
  if (peers.size() >= most) {
    is_full = true;
  } else if (peers.size() + air <= most) {
    is_full = false;
  }
  counters.turning_away.Set(static_cast<uint64_t>(TurningAway()));
  counters.connections.Set(peers.size());
  counters.peers.Set(peers.size());
  counters.hubs.Set(registry.records().size());
  counters.networks.Set(namespaces.with_local_members());
  counters.remote_peers.Set(remote_peers());
  std::array<size_t, kLinkStateCount> in_state{};
  for (const auto& uplink : uplinks.all()) ++in_state[static_cast<size_t>(uplink->state)];
  for (const auto& link : links) {
    // It dialed us.
    if (link->peer != nullptr) ++in_state[static_cast<size_t>(LinkRecord::State::kUp)];
  }
  for (size_t state = 0; state < kLinkStateCount; ++state) {
    counters.links[state].Set(in_state[state]);
  }
  counters.serving.Set(static_cast<uint64_t>(serving));
}

size_t Hub::State::remote_peers() const {
  const Namespace* mesh = namespaces.Find({"", mesh_namespace});
  return remote.size() - (mesh == nullptr ? 0 : mesh->remote.size());
}

void Hub::State::SendTo(Turn& turn, ConnectionId to, outbound::Message message) const {
  turn.effects.push_back(Send{to, turn.now.unix_ms, std::move(message)});
}

void Hub::State::Broadcast(Turn& turn, std::vector<ConnectionId> to,
                           outbound::Message message) const {
  if (to.empty()) return;
  turn.effects.push_back(pigeonhub::Broadcast{std::move(to), turn.now.unix_ms, std::move(message)});
}

absl::Status Hub::Check(const ConnectHub& command) const { return state_->Check(command); }
absl::Status Hub::Check(const DisconnectLink& command) const { return state_->Check(command); }
absl::Status Hub::Check(const DisconnectUrl& command) const { return state_->Check(command); }
absl::Status Hub::Check(const RegisterHub& command) const { return state_->Check(command); }
absl::Status Hub::Check(const UnregisterHub& command) const { return state_->Check(command); }
absl::Status Hub::Check(const QuarantineHub& command) const { return state_->Check(command); }
absl::Status Hub::Check(const ReleaseHub& command) const { return state_->Check(command); }

HubStats Hub::Stats() const {
  const State& s = *state_;
  HubStats stats;
  stats.serving = s.serving;
  stats.turning_away = s.TurningAway();
  stats.is_hub = s.options.is_hub;
  stats.hub_peer_id = s.options.hub_peer_id;
  stats.hub_mesh_namespace = s.mesh_namespace;
  stats.connections = s.peers.size();
  stats.peers = s.peers.size();
  stats.hubs = s.registry.records().size();
  stats.networks = s.namespaces.with_local_members();
  stats.remote_peers = s.remote_peers();
  stats.max_connections = s.options.limits.max_connections;
  return stats;
}

bool Hub::IsPeerHub(const PeerId& peer) const {
  const Peer* found = state_->peers.Find(peer);
  return found != nullptr && found->is_hub;
}

std::vector<HubRecord> Hub::ConnectedHubs(const std::optional<PeerId>& exclude) const {
  std::vector<HubRecord> hubs;
  for (const HubRecord& record : state_->registry.records()) {
    if (exclude == record.peer) continue;
    hubs.push_back(record);
    // The busiest field is kept with the peer and not with the record.
    hubs.back().last_activity = state_->peers.Find(record.peer)->last_activity;
  }
  return hubs;
}

PeerPage Hub::ListPeers(const PeerFilter& filter, uint64_t after_order,
                        size_t max_looked_at) const {
  PeerPage page;
  const auto& peers = state_->peers.in_order();
  auto it = peers.upper_bound(after_order);
  for (size_t looked_at = 0; it != peers.end() && looked_at < max_looked_at; ++it, ++looked_at) {
    const Peer& peer = *it->second;
    page.next_order = peer.order;
    if (filter.hubs_only && !peer.is_hub) continue;
    if (!peer.id.text().starts_with(filter.id_prefix)) continue;
    if (!filter.network.empty() &&
        (peer.network == nullptr || peer.network->key.name != filter.network)) {
      continue;
    }
    page.peers.push_back(RecordOf(peer));
  }
  page.more = it != peers.end();
  return page;
}

std::optional<PeerRecord> Hub::FindPeer(const PeerId& peer) const {
  const Peer* found = state_->peers.Find(peer);
  if (found == nullptr) return std::nullopt;
  return RecordOf(*found);
}

std::vector<NamespaceRecord> Hub::ListNamespaces(const std::string& prefix,
                                                 const std::string& after, size_t limit) const {
  std::vector<NamespaceRecord> records;
  const auto& networks = state_->namespaces.in_order();
  auto it = after < prefix ? networks.lower_bound({"", prefix}) : networks.upper_bound({"", after});
  for (; it != networks.end() && records.size() < limit; ++it) {
    if (!it->first.name.starts_with(prefix)) break;
    records.push_back(RecordOf(*it->second, state_->IsHubMesh(*it->second)));
  }
  return records;
}

std::optional<NamespaceRecord> Hub::FindNamespace(const std::string& name) const {
  const Namespace* network = state_->namespaces.Find({"", name});
  if (network == nullptr) return std::nullopt;
  return RecordOf(*network, state_->IsHubMesh(*network));
}

std::vector<HubRecord> Hub::HubsExpected() const {
  std::vector<HubRecord> hubs = state_->registry.grants();
  std::erase_if(hubs,
                [&](const HubRecord& hub) { return state_->peers.Find(hub.peer) != nullptr; });
  std::sort(hubs.begin(), hubs.end(),
            [](const HubRecord& a, const HubRecord& b) { return a.order < b.order; });
  return hubs;
}

std::vector<QuarantinedHub> Hub::QuarantinedHubs() const {
  std::vector<QuarantinedHub> hubs;
  for (const auto& [id, quarantine] : state_->quarantines) {
    hubs.push_back({id, quarantine.since, quarantine.refused});
  }
  return hubs;
}

std::vector<HubRecord> Hub::HubsHeardOf() const {
  std::vector<HubRecord> hubs;
  const Namespace* mesh = state_->namespaces.Find({"", state_->mesh_namespace});
  if (mesh == nullptr) return hubs;
  mesh->remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    HubRecord& record = hubs.emplace_back();
    record.peer = slot.member->id;
    record.network = mesh->name;
    record.profile = slot.member->profile;
  });
  return hubs;
}

std::vector<LinkRecord> Hub::Links() const {
  std::vector<LinkRecord> records;
  for (const auto& uplink : state_->uplinks.all()) {
    LinkRecord& record = records.emplace_back();
    record.url = MaskedUrl(uplink->url);
    record.hub = uplink->hub;
    record.outgoing = true;
    record.bootstrap = uplink->kind == Uplink::Kind::kBootstrap;
    record.state = uplink->state;
    record.attempt = uplink->attempt;
    record.since = uplink->since;
    record.last_attempt = uplink->last_attempt;
    record.next_attempt = uplink->next_attempt;
    record.end = uplink->end;
    if (!uplink->connection.has_value()) continue;
    if (const State::Link* link = state_->FindUplinkLink(*uplink->connection)) {
      state_->Describe(*link, record);
    }
  }
  for (const auto& link : state_->links) {
    if (link->peer == nullptr) continue;
    LinkRecord& record = records.emplace_back();
    record.since = link->since;
    state_->Describe(*link, record);
  }
  return records;
}

TopologyRecord Hub::Topology() const { return state_->DescribeTopology(); }

uint64_t Hub::next_event() const { return state_->next_event; }

const std::string& Hub::hub_mesh_namespace() const { return state_->mesh_namespace; }

const Counters& Hub::counters() const { return state_->counters; }

std::optional<SteadyTime> Hub::NextDeadline() const {
  std::optional<SteadyTime> next;
  for (const std::optional<SteadyTime>& at :
       {state_->NextConnectingDeadline(), state_->NextDrainDeadline(),
        state_->departures.NextDeadline(), state_->limits.NextDeadline(),
        state_->refusals.NextDeadline(), state_->uplinks.NextDeadline(), state_->NextMeshDeadline(),
        state_->cleanup_due}) {
    if (at.has_value() && (!next.has_value() || *at < *next)) next = at;
  }
  return next;
}

}  // namespace pigeonhub
