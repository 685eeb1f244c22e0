// SPDX-License-Identifier: Apache-2.0

#include "server/core/hub.h"

#include <utility>
#include <variant>

#include "server/core/access/ban_guard.h"
#include "server/core/access/ban_list.h"
#include "server/core/access/bans.h"
#include "server/core/capacity.h"
#include "server/core/cleanup_timer.h"
#include "server/core/deadlines.h"
#include "server/core/drain_plan.h"
#include "server/core/gauges.h"
#include "server/core/hubs/grants.h"
#include "server/core/hubs/hub_proofs.h"
#include "server/core/hubs/hub_registry.h"
#include "server/core/hubs/quarantine.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/hubs/standing.h"
#include "server/core/hubs/trust_list.h"
#include "server/core/identity.h"
#include "server/core/inspect.h"
#include "server/core/lifecycle.h"
#include "server/core/limit_changes.h"
#include "server/core/links/bootstrap_hubs.h"
#include "server/core/links/dial_commands.h"
#include "server/core/links/dial_targets.h"
#include "server/core/links/dialing.h"
#include "server/core/links/inspect_links.h"
#include "server/core/links/link_sender.h"
#include "server/core/links/link_setup.h"
#include "server/core/links/link_table.h"
#include "server/core/links/paths.h"
#include "server/core/links/refused_links.h"
#include "server/core/links/switchboard.h"
#include "server/core/mesh/ban_news.h"
#include "server/core/mesh/bus.h"
#include "server/core/mesh/bus_connection.h"
#include "server/core/mesh/bus_way.h"
#include "server/core/mesh/conversations.h"
#include "server/core/mesh/direct_links.h"
#include "server/core/mesh/frame_sender.h"
#include "server/core/mesh/frames.h"
#include "server/core/mesh/handshake_asking.h"
#include "server/core/mesh/handshake_trace.h"
#include "server/core/mesh/hub_clocks.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/hub_ops.h"
#include "server/core/mesh/interest.h"
#include "server/core/mesh/known_keys.h"
#include "server/core/mesh/lost_hubs.h"
#include "server/core/mesh/map_changes.h"
#include "server/core/mesh/map_news.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/mesh/node_seal.h"
#include "server/core/mesh/outgoing_frames.h"
#include "server/core/mesh/own_node.h"
#include "server/core/mesh/questions.h"
#include "server/core/mesh/reach.h"
#include "server/core/mesh/relay.h"
#include "server/core/mesh/remote_peers.h"
#include "server/core/mesh/remote_presence.h"
#include "server/core/mesh/stream_numbers.h"
#include "server/core/mesh/subscriptions.h"
#include "server/core/overloaded.h"
#include "server/core/peers/audience.h"
#include "server/core/peers/connections.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/contested/dropped_words.h"
#include "server/core/peers/contested/liveness_checks.h"
#include "server/core/peers/contested/newcomers.h"
#include "server/core/peers/contested/presence_claims.h"
#include "server/core/peers/contested/signs_of_life.h"
#include "server/core/peers/departures.h"
#include "server/core/peers/explain.h"
#include "server/core/peers/handshake_watch.h"
#include "server/core/peers/introductions.h"
#include "server/core/peers/membership.h"
#include "server/core/peers/namespaces.h"
#include "server/core/peers/openings.h"
#include "server/core/peers/pair_history.h"
#include "server/core/peers/peer_messages.h"
#include "server/core/peers/peer_rates.h"
#include "server/core/peers/peer_table.h"
#include "server/core/peers/policies.h"
#include "server/core/peers/policy_commands.h"
#include "server/core/peers/quiet_signals.h"
#include "server/core/peers/signal_record.h"
#include "server/core/peers/signaling.h"
#include "server/core/peers/whereabouts.h"
#include "server/core/random.h"
#include "server/core/turn.h"

namespace pigeonhub {

// The parts, each after those that it uses: docs/core.md has the picture.
struct Hub::Parts {
  Parts(HubOptions hub_options, uint64_t seed, std::shared_ptr<const Keyring> hub_keyring)
      : options(std::move(hub_options)), random(seed), keyring(std::move(hub_keyring)) {}

  HubOptions options;  // changed by `limit_changes` alone
  Random random;
  const uint64_t introduction_secret{random.Next()};
  const std::shared_ptr<const Keyring> keyring;
  Counters counters;
  Journal journal{counters};
  Capacity capacity{options.limits.max_connections};
  CleanupTimer cleanup{options.cleanup_interval};

  // Tables.
  Identity self{options};
  Policies policies{options, self.mesh_namespace()};
  PeerTable peers;
  NamespaceTable namespaces;
  RemotePeerTable remote;
  Departures departures;
  PairHistory history{introduction_secret};
  HubRegistry registry{options.hub_admission, options.limits.hubs, options.limits.hub_entry};
  QuarantineList quarantined{options.limits.hubs_named};
  DialTargets dial_targets{
      RedialSchedule(options.reconnect_interval, options.max_reconnect_attempts)};
  TrustList trusted;
  HubProofs proofs{options, dial_targets, trusted};
  BanList ban_list;
  BanGuard ban_guard{peers, registry, proofs, ban_list};
  pigeonhub::Bus bus{options.hub_peer_id, options.bus.beat,
                     options.bus.on ? random.Below(mesh::kMostNumber) + 1 : 0};
  BusWay bus_way{bus, options.limits.hubs};
  HubMap map{options.hub_peer_id, options.limits, quarantined, bus};
  LinkTable links{options.is_hub, options.limits};
  MeshHubTable mesh_hubs{options.mesh_pace.gather};
  StreamNumbers streams{random};
  HandshakeWatch handshake_watch{counters.handshake_steps_omitted};
  HubClocks hub_clocks;
  Sealer sealer{keyring};
  KnownKeys known_keys{options, keyring, quarantined, trusted, map, mesh_hubs, streams};

  // Who is told of what.
  HandshakeTrace trace{self, mesh_hubs, handshake_watch, hub_clocks};
  SignalRecord record{peers, departures, history, counters, trace};
  LinkSender link_sender{links, record};
  Interest interest{self, peers, namespaces, remote, links, mesh_hubs};
  Paths paths{self, remote, dial_targets, links, mesh_hubs};
  PeerRates rates{policies, peers};
  Audience audience{policies, introduction_secret, self, links, mesh_hubs, interest, rates, trace};
  Introductions introductions{policies, introduction_secret, self, peers, remote, links, rates,
                              trace};

  // Peers of other hubs, and the links to those.
  DroppedWords dropped{mesh_hubs};
  RemotePresence remote_presence{options,  self,  namespaces, remote,        departures, mesh_hubs,
                                 interest, paths, audience,   introductions, dropped,    cleanup};
  Subscriptions subscriptions{options, self,      namespaces, remote,
                              links,   mesh_hubs, interest,   remote_presence};
  LinkSetup link_setup{self,        peers,         remote,         map, links, mesh_hubs,
                       link_sender, introductions, remote_presence};
  Dialing dialing{random, self, dial_targets, map, links, link_setup};

  // Peers that are connected here.
  Standing standing{options, self, registry, proofs, link_setup, dialing};
  Membership membership{options,       policies, self,          namespaces,
                        registry,      audience, introductions, remote_presence,
                        subscriptions, standing, trace};
  Connections connections{options, peers,    remote,     registry,   quarantined, ban_guard,
                          links,   standing, membership, departures, cleanup};

  // One id, two connections.
  LivenessChecks liveness{options, peers};
  PresenceClaims presence_claims{peers, remote, mesh_hubs, paths, audience, liveness};
  Newcomers newcomers{options, policies, self, peers, remote, mesh_hubs, audience, connections};
  SignsOfLife signs_of_life{links, mesh_hubs, interest, audience, presence_claims, newcomers};
  ContestedIds contested{self,        peers,    links,           mesh_hubs,
                         interest,    audience, dropped,         remote_presence,
                         connections, liveness, presence_claims, newcomers};
  PolicyCommands policy_commands{self, policies, peers, namespaces, rates, contested};
  Grants grants{options,  peers,      registry,    quarantined,
                standing, membership, connections, contested};

  LimitChanges limit_changes{options, capacity, policies, rates, standing};
  Bans bans{self, peers, map, quarantined, ban_list, ban_guard, contested};

  // Hubs among themselves.
  Signaling signaling{options,   self,  peers,  remote,      links,
                      mesh_hubs, paths, record, link_sender, trace};
  QuietSignals quiet_signals{peers, history, rates, record, signaling, journal};
  DirectLinks direct_links{options, self, registry, dial_targets, map, links, quarantined, dialing};
  FrameSender frame_sender{self,          links,      mesh_hubs, record,
                           subscriptions, known_keys, bus_way,   trace};
  BanNews ban_news{ban_list, bans, known_keys, map, links, mesh_hubs};
  LostHubs lost_hubs{map, mesh_hubs, quarantined};
  Questions questions{self, known_keys, map, lost_hubs, mesh_hubs};
  Relay relay{options, self, map, links, link_sender, bus_way};
  OutgoingFrames outgoing{links,        mesh_hubs, interest,  subscriptions,
                          frame_sender, ban_news,  questions, bus_way};
  OwnNode own_node{self, peers, registry, links, direct_links, bus};
  MapNews map_news{options, own_node, map, links, mesh_hubs, bus_way, sealer, known_keys};
  Conversations conversations{options,         streams,   self,        peers,
                              remote,          map,       links,       mesh_hubs,
                              remote_presence, contested, frame_sender};
  Reach reach{options,         map,           bus,          mesh_hubs,     known_keys,
              remote_presence, subscriptions, frame_sender, conversations, lost_hubs};
  MapChanges map_changes{options,  map,           links,      mesh_hubs, quarantined, direct_links,
                         map_news, conversations, known_keys, bus,       reach};
  Quarantine quarantine{self,        peers,   remote,    registry,  dial_targets,  map,
                        quarantined, dialing, newcomers, contested, conversations, bans};
  HandshakeAsking handshakes{self, handshake_watch, trace, hub_clocks, mesh_hubs, map, known_keys};
  HubOps hub_ops{peers,     interest,  subscriptions, liveness,  newcomers,
                 contested, signaling, ban_news,      questions, handshakes};
  Frames frames{self,         map,   mesh_hubs, known_keys,    interest,  subscriptions,
                frame_sender, relay, map_news,  conversations, lost_hubs, hub_ops};

  BusConnection bus_connection{options, self, map, bus, bus_way, map_news, reach, frames};

  // Where inputs arrive.
  BootstrapHubs bootstrap_hubs{options, self, dial_targets, dialing};
  DialCommands dial_commands{self,    peers,     quarantined,   dial_targets,
                             dialing, contested, bootstrap_hubs};
  RefusedLinks refused_links{trusted, dial_targets, links, dialing, contested, known_keys};
  Switchboard switchboard{options,   self,      dial_targets, remote_presence, link_setup, dialing,
                          contested, signaling, quarantine,   refused_links,   map_news,   frames};
  PeerMessages peer_messages{options, record, membership, contested, signaling, rates};
  Openings openings{options, self,        peers,     proofs,        dial_targets, links,
                    dialing, connections, newcomers, signs_of_life, contested,    frame_sender};
  DrainPlan drain{self, peers, contested};
  Lifecycle lifecycle{self,        namespaces, remote,    links,  cleanup, dialing,
                      connections, newcomers,  contested, frames, drain,   bootstrap_hubs};
  Inspect inspect{options, self, peers, namespaces, remote, registry, capacity, drain};
  InspectLinks inspect_links{self,  peers,     registry, dial_targets,   map,
                             links, mesh_hubs, paths,    bus_connection, lost_hubs};
  Explain explain{policies, peers,     namespaces, remote,       departures,
                  history,  mesh_hubs, paths,      inspect_links};
  Whereabouts whereabouts{self, peers, namespaces, remote, departures, map, mesh_hubs, paths};
  Gauges gauges{counters,   self,      peers,  namespaces, registry, dial_targets, links,
                mesh_hubs,  questions, remote, rates,      ban_list, policies,     history,
                departures, lost_hubs, bus,    capacity,   inspect};

  // The part that decides a command; `parts` may be constant.
  static auto& DeciderOf(auto& parts, const StartSignaling&) { return parts.lifecycle; }
  static auto& DeciderOf(auto& parts, const StopSignaling&) { return parts.lifecycle; }
  static auto& DeciderOf(auto& parts, const Drain&) { return parts.drain; }
  static auto& DeciderOf(auto& parts, const Undrain&) { return parts.drain; }
  static auto& DeciderOf(auto& parts, const RegisterHub&) { return parts.grants; }
  static auto& DeciderOf(auto& parts, const UnregisterHub&) { return parts.grants; }
  static auto& DeciderOf(auto& parts, const QuarantineHub&) { return parts.quarantine; }
  static auto& DeciderOf(auto& parts, const ReleaseHub&) { return parts.quarantine; }
  static auto& DeciderOf(auto& parts, const DisconnectPeer&) { return parts.openings; }
  static auto& DeciderOf(auto& parts, const DisconnectPeers&) { return parts.openings; }
  static auto& DeciderOf(auto& parts, const ConnectHub&) { return parts.dial_commands; }
  static auto& DeciderOf(auto& parts, const ConnectBootstrapHubs&) { return parts.dial_commands; }
  static auto& DeciderOf(auto& parts, const DisconnectBootstrapHubs&) {
    return parts.dial_commands;
  }
  static auto& DeciderOf(auto& parts, const DisconnectLink&) { return parts.dial_commands; }
  static auto& DeciderOf(auto& parts, const DisconnectUrl&) { return parts.dial_commands; }
  static auto& DeciderOf(auto& parts, const SetBootstrapHubs&) { return parts.dial_commands; }
  static auto& DeciderOf(auto& parts, const SetHubMeshNamespace&) { return parts.self; }
  static auto& DeciderOf(auto& parts, const TrustHubs&) { return parts.refused_links; }
  static auto& DeciderOf(auto& parts, const SetNamespacePolicy&) { return parts.policy_commands; }
  static auto& DeciderOf(auto& parts, const UnsetNamespacePolicy&) { return parts.policy_commands; }
  static auto& DeciderOf(auto& parts, const ConfigureNamespaces&) { return parts.policy_commands; }
  static auto& DeciderOf(auto& parts, const SetLimits&) { return parts.limit_changes; }
  static auto& DeciderOf(auto& parts, const Ban&) { return parts.bans; }
  static auto& DeciderOf(auto& parts, const Unban&) { return parts.bans; }
  static auto& DeciderOf(auto& parts, const RestoreBans&) { return parts.bans; }
  static auto& DeciderOf(auto& parts, const PutQuestion&) { return parts.questions; }
  static auto& DeciderOf(auto& parts, const AnswerQuestion&) { return parts.questions; }

  void Handle(Turn& turn, const Input& input, absl::Status& answer);
  void OnReceived(Turn& turn, const Received& input);
  void OnUnreadable(Turn& turn, const Unreadable& input);
  void OnTick(Turn& turn);

  absl::Status Check(const Command& command) const {
    return std::visit([&](const auto& one) { return DeciderOf(*this, one).Check(one); }, command);
  }
  absl::Status Do(Turn& turn, const Command& command) {
    absl::Status status = Check(command);
    if (status.ok()) {
      std::visit([&](const auto& one) { DeciderOf(*this, one).Apply(turn, one); }, command);
    }
    return status;
  }
};

Hub::Hub(HubOptions options, uint64_t seed, std::shared_ptr<const Keyring> keyring)
    : parts_(std::make_unique<Parts>(std::move(options), seed, std::move(keyring))) {
  parts_->gauges.Update();
}

Hub::~Hub() = default;

absl::Status Hub::Handle(const Now& now, const Input& input, Effects& effects) {
  if (const auto* received = std::get_if<Received>(&input)) {
    QuietSignals& signals = parts_->quiet_signals;
    const std::optional<QuietSignal> quiet = signals.Find(*received);
    if (quiet.has_value() && signals.Pass(now, *received, *quiet, effects)) return absl::OkStatus();
  }
  Turn turn(now, effects, parts_->journal);
  absl::Status answer;
  parts_->Handle(turn, input, answer);
  parts_->map_changes.Apply(turn);
  do {
    parts_->trace.SaySteps();
    parts_->outgoing.Flush(turn);
  } while (parts_->trace.has_steps_to_say());
  parts_->drain.FinishIfEmpty(turn);
  parts_->gauges.Update();
  return answer;
}

QuietSignals& Hub::quiet_signals() { return parts_->quiet_signals; }

void Hub::Parts::Handle(Turn& turn, const Input& input, absl::Status& answer) {
  std::visit(
      Overloaded{
          [&](const Received& in) { OnReceived(turn, in); },
          [&](const Unreadable& in) { OnUnreadable(turn, in); },
          [&](const Opened& in) { openings.OnOpened(turn, in); },
          [&](const Closed& in) { openings.OnClosed(turn, in); },
          [&](const Alive& in) { openings.OnAlive(turn, in); },
          [&](const Refused& in) { openings.OnRefused(turn, in); },
          [&](const WantMore& in) {
            introductions.OnWantMore(turn, in);
            link_sender.OnWantMore(turn, in.connection);
            outgoing.OnRoom();
          },
          [&](const Undelivered& in) { signaling.OnUndelivered(turn, in); },
          [&](const Unheard& in) { introductions.OnUnheard(turn, in); },
          [&](const MemoryShortage& in) { capacity.set_memory_is_short(in.is_short); },
          [&](const HoldsMostMemory& in) { openings.OnHoldsMostMemory(turn, in); },
          [&](const DialOpened& in) { dialing.OnDialOpened(turn, in); },
          [&](const DialFailed& in) { dialing.OnDialFailed(turn, in); },
          [&](const BusUp& in) { bus_connection.OnUp(turn, in); },
          [&](const BusDown& in) { bus_connection.OnDown(turn, in); },
          [&](const Overheard& in) { bus_connection.OnOverheard(turn, in); },
          [&](const Command& command) { answer = Do(turn, command); },
          [&](const WatchSignals& in) { record.Watch(in.filters); },
          [&](const WatchHandshakes& in) { handshakes.Watch(turn, in.filters); },
          [&](const ShowBootstrapSignaling& in) { signaling.ShowBootstrapSignaling(in.show); },
          [&](const Report& report) {
            std::visit([&](const auto& event) { turn.Emit(event); }, report.event);
          },
          [&](const Tick&) { OnTick(turn); },
      },
      input);
}

void Hub::Parts::OnReceived(Turn& turn, const Received& input) {
  Peer* peer = peers.Find(input.connection);
  if (peer == nullptr) {
    // Frames may still arrive from a connection that was told to go.
    if (Link* link = links.FindDialed(input.connection)) {
      ++link->messages;
      link->bytes += input.bytes;
      (void)switchboard.Hear(turn, *link, input.message);
    }
    return;
  }
  peer->NoteMessage(turn.now.unix_ms, input.bytes);
  rates.OnMessage(turn, *peer, input.bytes);
  Link* link = links.Of(*peer);
  if (link != nullptr) {
    ++link->messages;
    link->bytes += input.bytes;
  }
  // A peer that says goodbye does not claim to live.
  const auto* goodbye = std::get_if<inbound::Goodbye>(&input.message);
  const bool leaves =
      goodbye != nullptr && (link == nullptr || !Switchboard::IsRelayed(*link, goodbye->from));
  if (!leaves) signs_of_life.Note(turn, *peer);
  if (link != nullptr && switchboard.Hear(turn, *link, input.message)) return;
  peer_messages.Hear(turn, *peer, input.message);
}

void Hub::Parts::OnUnreadable(Turn& turn, const Unreadable& input) {
  turn.Count(input.reason);
  if (Peer* peer = peers.Find(input.connection)) rates.OnMessage(turn, *peer, input.bytes);
}

void Hub::Parts::OnTick(Turn& turn) {
  contested.ExpireNewcomers(turn);
  openings.CloseOverdue(turn);
  peer_messages.EndPauses(turn);
  drain.Continue(turn);
  contested.ExpireChecks(turn);
  presence_claims.EndRests(turn);
  dialing.DialDue(turn);
  bus_connection.OnTick(turn);
  refused_links.CloseUnproven(turn);
  frames.OnTick(turn);
  bans.OnTick(turn);
  ban_news.OnTick(turn);
  questions.OnTick(turn);
  lost_hubs.OnTick(turn.now.steady);
  handshakes.OnTick(turn);
  connections.EmitMassDepartures(turn);
  turn.EndBursts(turn.now.steady);
  if (!cleanup.TakeDue(turn.now.steady)) return;
  peers.Compact();
  remote.Compact();
  standing.Compact(turn.now.steady);
  departures.Compact(turn.now.steady);
}

std::optional<SteadyTime> Hub::NextDeadline() const {
  const Parts& p = *parts_;
  return EarliestOf(p.connections, p.newcomers, p.liveness, p.presence_claims, p.drain, p.rates,
                    p.journal, p.dial_targets, p.map_changes, p.refused_links, p.frames, p.bans,
                    p.bus_connection, p.ban_news, p.questions, p.lost_hubs, p.handshakes,
                    p.cleanup);
}

absl::Status Hub::Check(const Command& command) const { return parts_->Check(command); }

HubStats Hub::Stats() const { return parts_->inspect.Stats(); }

std::vector<HubRecord> Hub::ConnectedHubs(const std::optional<PeerId>& exclude) const {
  return parts_->inspect.ConnectedHubs(exclude);
}

std::vector<HubRecord> Hub::HubsExpected() const { return parts_->inspect.HubsExpected(); }

std::vector<QuarantinedHub> Hub::QuarantinedHubs() const { return parts_->quarantined.List(); }

const BanList& Hub::bans() const { return parts_->ban_list; }

const BanGuard& Hub::ban_guard() const { return parts_->ban_guard; }

const HubProofs& Hub::hub_proofs() const { return parts_->proofs; }

const Identity& Hub::identity() const { return parts_->self; }

std::vector<LinkRecord> Hub::Links() const { return parts_->inspect_links.Links(); }

TopologyRecord Hub::Topology() const {
  TopologyRecord topology = parts_->inspect_links.Topology();
  topology.to_ask = parts_->questions.HubsToAsk();
  return topology;
}

std::optional<BusRecord> Hub::Bus() const { return parts_->inspect_links.Bus(); }

PeerPage Hub::ListPeers(const PeerFilter& filter, uint64_t after_order,
                        size_t max_looked_at) const {
  return parts_->inspect.ListPeers(filter, after_order, max_looked_at);
}

std::optional<PeerRecord> Hub::FindPeer(const PeerId& peer) const {
  return parts_->inspect.FindPeer(peer);
}

const Whereabouts& Hub::whereabouts() const { return parts_->whereabouts; }

Explanation Hub::ExplainPair(const Now& now, const PairQuestion& question) const {
  return parts_->explain.Pair(now, question);
}

std::vector<NamespaceRecord> Hub::ListNamespaces(const std::string& prefix,
                                                 const std::string& after, size_t limit) const {
  return parts_->inspect.ListNamespaces(prefix, after, limit);
}

std::optional<NamespaceRecord> Hub::FindNamespace(const std::string& name) const {
  return parts_->inspect.FindNamespace(name);
}

const Policies& Hub::policies() const { return parts_->policies; }

std::vector<EvictedPeer> Hub::WouldEvict(const SetNamespacePolicy& command) const {
  return parts_->policy_commands.WouldEvict(command);
}

const Journal& Hub::journal() const { return parts_->journal; }

const Counters& Hub::counters() const { return parts_->counters; }

}  // namespace pigeonhub
