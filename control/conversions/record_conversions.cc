// SPDX-License-Identifier: Apache-2.0

#include "control/conversions/record_conversions.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "server/base/text.h"

namespace pigeonhub {
namespace {

using google::protobuf::util::TimeUtil;

std::string NameOf(const SharedText& network) { return network == nullptr ? "" : *network; }

std::string DataJson(const Profile& profile) {
  return profile.members == nullptr ? "{}" : "{" + *profile.members + "}";
}

int64_t Sum(const auto& counters) {
  return std::accumulate(counters.begin(), counters.end(), int64_t{0},
                         [](int64_t sum, const auto& counter) { return sum + counter.value(); });
}

v1::LinkState ToProto(LinkRecord::State state) {
  switch (state) {
    case LinkRecord::State::kConnecting:
      return v1::LINK_STATE_CONNECTING;
    case LinkRecord::State::kUp:
      return v1::LINK_STATE_UP;
    case LinkRecord::State::kWaiting:
      return v1::LINK_STATE_WAITING;
    case LinkRecord::State::kSlow:
      return v1::LINK_STATE_SLOW;
    case LinkRecord::State::kStopped:
      return v1::LINK_STATE_STOPPED;
    case LinkRecord::State::kNotAdmitted:
      return v1::LINK_STATE_NOT_ADMITTED;
  }
  return v1::LINK_STATE_UNSPECIFIED;
}

}  // namespace

google::protobuf::Timestamp ToTimestamp(UnixMillis time) {
  // Others may have told of a time that no Timestamp can have, and a message with one is not sent.
  return TimeUtil::MillisecondsToTimestamp(std::clamp<UnixMillis>(
      time, TimeUtil::kTimestampMinSeconds * 1000, TimeUtil::kTimestampMaxSeconds * 1000));
}

UnixMillis FromTimestamp(const google::protobuf::Timestamp& time) {
  return TimeUtil::TimestampToMilliseconds(time);
}

google::protobuf::Duration ToDuration(Duration duration) {
  return TimeUtil::NanosecondsToDuration(duration.count());
}

Duration FromDuration(const google::protobuf::Duration& duration) {
  return Duration(TimeUtil::DurationToNanoseconds(duration));
}

// The numbers are those of the core's enum plus one, because every proto enum begins with a zero of
// its own.
v1::Reason ToProto(Reason reason) {
  if (reason == Reason::kCount) return v1::REASON_UNSPECIFIED;
  return static_cast<v1::Reason>(static_cast<int>(reason) + 1);
}

v1::LinkSide ToProto(LinkEnd::Side side) {
  switch (side) {
    case LinkEnd::Side::kNeither:
      return v1::LINK_SIDE_NEITHER;
    case LinkEnd::Side::kThisHub:
      return v1::LINK_SIDE_THIS_HUB;
    case LinkEnd::Side::kOtherHub:
      return v1::LINK_SIDE_OTHER_HUB;
  }
  return v1::LINK_SIDE_UNSPECIFIED;
}

v1::ServingState ToProto(Serving serving) {
  switch (serving) {
    case Serving::kStopped:
      return v1::SERVING_STATE_STOPPED;
    case Serving::kServing:
      return v1::SERVING_STATE_SERVING;
    case Serving::kDraining:
      return v1::SERVING_STATE_DRAINING;
  }
  return v1::SERVING_STATE_UNSPECIFIED;
}

v1::LogLevel ToProto(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return v1::LOG_LEVEL_DEBUG;
    case LogLevel::kInfo:
      return v1::LOG_LEVEL_INFO;
    case LogLevel::kWarn:
      return v1::LOG_LEVEL_WARN;
    case LogLevel::kError:
      return v1::LOG_LEVEL_ERROR;
    case LogLevel::kOff:
      return v1::LOG_LEVEL_OFF;
  }
  return v1::LOG_LEVEL_UNSPECIFIED;
}

v1::HubEntry ToProto(const HubRecord& hub) {
  v1::HubEntry entry;
  entry.set_peer_id(std::string(hub.peer.text()));
  entry.set_namespace_(NameOf(hub.network));
  *entry.mutable_register_time() = ToTimestamp(hub.registered_at);
  if (hub.connected) {
    *entry.mutable_connect_time() = ToTimestamp(hub.connected_at);
    *entry.mutable_last_activity_time() = ToTimestamp(hub.last_activity);
  }
  entry.set_data_json(DataJson(hub.profile));
  if (const HubDetails* details = hub.profile.hub.get()) {
    entry.set_region(details->region);
    entry.mutable_capabilities()->Assign(details->capabilities.begin(),
                                         details->capabilities.end());
  }
  entry.set_granted(hub.granted);
  entry.set_connected(hub.connected);
  return entry;
}

v1::QuarantinedHub ToProto(const QuarantinedHub& hub) {
  v1::QuarantinedHub entry;
  entry.set_peer_id(std::string(hub.hub.text()));
  *entry.mutable_quarantine_time() = ToTimestamp(hub.since);
  entry.set_refused(hub.refused);
  return entry;
}

v1::PeerToken ToProto(const TokenClaims& claims) {
  v1::PeerToken token;
  token.set_subject(claims.subject);
  token.set_issuer(claims.issuer);
  token.set_token_id(claims.token_id);
  *token.mutable_expire_time() = ToTimestamp(claims.expires_at);
  token.mutable_attributes()->insert(claims.attributes.begin(), claims.attributes.end());
  token.mutable_namespaces()->Add(claims.namespaces.begin(), claims.namespaces.end());
  return token;
}

v1::RemotePlace ToProto(const RemotePlace& place) {
  v1::RemotePlace out;
  if (place.hub.has_value()) out.set_hub_id(std::string(place.hub->text()));
  out.set_link(place.link);
  out.set_over_bus(place.over_bus);
  out.set_unreachable(!place.is_reachable);
  if (place.since != 0) *out.mutable_since_time() = ToTimestamp(place.since);
  return out;
}

v1::PeerDeparture ToProto(const PeerDeparture& departure) {
  v1::PeerDeparture out;
  out.set_peer_id(std::string(departure.peer.text()));
  out.set_namespace_(NameOf(departure.network));
  *out.mutable_leave_time() = ToTimestamp(departure.left_at);
  out.set_reason(ToProto(departure.reason));
  out.set_close_code(departure.code);
  out.set_event_seq(departure.event);
  out.set_lost_hub(NameOf(departure.lost_hub));
  return out;
}

v1::Peer ToProto(const PeerRecord& record, bool full) {
  v1::Peer peer;
  peer.set_peer_id(std::string(record.peer.text()));
  peer.set_namespace_(NameOf(record.network));
  peer.set_is_hub(record.is_hub);
  peer.set_remote_address(record.address);
  const auto set = [](UnixMillis time, google::protobuf::Timestamp* field) {
    *field = ToTimestamp(time);
  };
  if (record.connected_at != 0) set(record.connected_at, peer.mutable_connect_time());
  if (record.announced_at != 0) set(record.announced_at, peer.mutable_announce_time());
  if (record.last_activity != 0) set(record.last_activity, peer.mutable_last_activity_time());
  if (record.remote.has_value()) *peer.mutable_remote() = ToProto(*record.remote);
  peer.set_message_count(static_cast<int64_t>(record.messages));
  peer.set_received_bytes(static_cast<int64_t>(record.bytes));
  peer.set_sent_signal_count(static_cast<int64_t>(record.signals_sent));
  peer.set_received_signal_count(static_cast<int64_t>(record.signals_received));
  peer.set_announced_bytes(static_cast<int64_t>(record.profile.size()));
  peer.set_queue_bytes(static_cast<int64_t>(record.connection.queued.value_or(0)));
  if (record.connection.round_trip.has_value()) {
    *peer.mutable_round_trip() = ToDuration(*record.connection.round_trip);
  }
  if (record.claims != nullptr) *peer.mutable_token() = ToProto(*record.claims);
  if (full) peer.set_data_json(DataJson(record.profile));
  return peer;
}

v1::Namespace ToProto(const NamespaceRecord& record) {
  v1::Namespace network;
  network.set_name(record.name);
  network.set_local_peers(record.local_peers);
  network.set_remote_peers(record.remote_peers);
  network.set_is_hub_mesh(record.is_hub_mesh);
  network.set_signal_count(static_cast<int64_t>(record.signals));
  network.set_signal_bytes(static_cast<int64_t>(record.signal_bytes));
  network.set_join_count(static_cast<int64_t>(record.joins));
  network.set_leave_count(static_cast<int64_t>(record.leaves));
  return network;
}

v1::Link ToProto(const LinkRecord& record) {
  v1::Link link;
  link.set_url(record.url);
  if (record.hub.has_value()) link.set_hub_peer_id(std::string(record.hub->text()));
  link.set_outgoing(record.outgoing);
  link.set_bootstrap(record.bootstrap);
  link.set_is_default(record.is_default);
  link.set_state(ToProto(record.state));
  link.set_attempt(static_cast<int32_t>(record.attempt));
  const auto set = [](UnixMillis time, google::protobuf::Timestamp* field) {
    *field = ToTimestamp(time);
  };
  if (record.since != 0) set(record.since, link.mutable_state_time());
  if (record.last_attempt != 0) set(record.last_attempt, link.mutable_last_attempt_time());
  if (record.next_attempt != 0) set(record.next_attempt, link.mutable_next_attempt_time());
  link.set_remote_peers(record.remote_peers);
  link.set_speaks_mesh(record.speaks_mesh);
  link.set_plain_server(record.plain_server);
  if (const LinkEnd& end = record.end; !end.text.empty()) {
    link.set_last_error(end.text);
    link.set_end_reason(ToProto(end.reason));
    link.set_end_code(end.code);
    link.set_ended_by(ToProto(end.side));
  }
  link.set_announced(record.counts.announced);
  link.set_relayed(record.counts.relayed);
  link.set_refused(record.counts.refused);
  link.set_forged(record.counts.forged);
  link.set_looped(record.counts.looped);
  link.set_message_count(static_cast<int64_t>(record.messages));
  link.set_received_bytes(static_cast<int64_t>(record.bytes));
  link.set_queue_bytes(static_cast<int64_t>(record.queued + record.connection.queued.value_or(0)));
  if (record.connection.round_trip.has_value()) {
    *link.mutable_round_trip() = ToDuration(*record.connection.round_trip);
  }
  return link;
}

v1::Bus ToProto(const BusRecord& record) {
  v1::Bus bus;
  bus.set_server(record.server);
  bus.set_up(record.up);
  if (record.since != 0) *bus.mutable_state_time() = ToTimestamp(record.since);
  bus.set_hubs(static_cast<int32_t>(record.hubs));
  if (record.up) *bus.mutable_echo() = ToDuration(record.echo);
  bus.set_remote_peers(static_cast<int64_t>(record.remote_peers));
  bus.set_last_error(record.end);
  bus.set_announced(record.counts.announced);
  bus.set_relayed(record.counts.relayed);
  bus.set_refused(record.counts.refused);
  bus.set_forged(record.counts.forged);
  bus.set_looped(record.counts.looped);
  return bus;
}

v1::Tls ToProto(const TlsRecord& tls) {
  v1::Tls out;
  out.mutable_names()->Assign(tls.names.begin(), tls.names.end());
  out.set_issuer(tls.issuer);
  out.set_fingerprint(tls.fingerprint);
  *out.mutable_not_before() = ToTimestamp(tls.not_before);
  *out.mutable_not_after() = ToTimestamp(tls.not_after);
  out.set_client_certificates(tls.client_certificates);
  out.set_problem(tls.problem);
  return out;
}

void ToProto(const TopologyRecord& topology, v1::GetTopologyResponse& response) {
  for (const TopologyRecord::Hub& record : topology.hubs) {
    v1::TopologyHub& hub = *response.add_hubs();
    hub.set_peer_id(std::string(record.id.text()));
    hub.set_region(record.region);
    for (const std::string& capability : record.capabilities) hub.add_capabilities(capability);
    hub.set_url(record.url);
    hub.set_self(record.self);
    hub.set_hops(static_cast<int32_t>(record.hops));
    hub.set_peers(record.peers);
    if (record.reported_at != 0) *hub.mutable_peers_time() = ToTimestamp(record.reported_at);
    hub.set_speaks_mesh(record.speaks_mesh);
    if (record.bus.has_value()) hub.set_bus(std::string(record.bus->text()));
    for (const PeerId& unheard : record.unheard) hub.add_bus_unheard(std::string(unheard.text()));
  }
  const auto add = [](const std::vector<TopologyRecord::Edge>& edges,
                      google::protobuf::RepeatedPtrField<v1::TopologyEdge>& out) {
    for (const TopologyRecord::Edge& record : edges) {
      v1::TopologyEdge& edge = *out.Add();
      edge.set_peer_id(std::string(record.a.text()));
      edge.set_other_peer_id(std::string(record.b.text()));
    }
  };
  add(topology.edges, *response.mutable_edges());
  add(topology.one_way, *response.mutable_one_way_edges());
  for (const TopologyRecord::LostHub& record : topology.lost) {
    v1::LostHub& hub = *response.add_lost_hubs();
    hub.set_peer_id(std::string(record.id.text()));
    hub.set_region(record.region);
    hub.set_url(record.url);
    *hub.mutable_lost_time() = ToTimestamp(record.since);
    hub.set_peers(static_cast<int64_t>(record.peers));
    for (const PeerId& neighbor : record.neighbors) {
      hub.add_neighbors(std::string(neighbor.text()));
    }
  }
}

void ToProto(const HubServerStats& stats, v1::GetStatsResponse& response) {
  response.set_serving_state(ToProto(stats.hub.serving));
  response.set_is_hub(stats.hub.is_hub);
  response.set_hub_id(std::string(stats.hub.hub_peer_id.text()));
  response.set_hub_peer_id(response.hub_id());
  response.set_hub_mesh_namespace(stats.hub.hub_mesh_namespace);
  response.set_connections(stats.hub.connections);
  response.set_peers(stats.hub.peers);
  response.set_hubs(stats.hub.hubs);
  response.set_namespaces(stats.hub.networks);
  response.set_remote_peers(stats.hub.remote_peers);
  response.set_max_connections(stats.hub.max_connections);
  response.set_host(stats.host);
  response.set_port(stats.port);
  *response.mutable_uptime() = ToDuration(stats.uptime);
  response.mutable_drained_attributes()->insert(stats.hub.drained.attributes.begin(),
                                                stats.hub.drained.attributes.end());
}

void ToProto(const Counters& counters, v1::TrafficCounts& traffic) {
  traffic.set_connections_opened(counters.connections_opened.value());
  traffic.set_announces(counters.announces.value());
  traffic.set_goodbyes(counters.goodbyes.value());
  traffic.set_discoveries_sent(counters.discoveries_sent.value());
  traffic.set_signals_delivered(Sum(counters.signals_delivered));
  traffic.set_signals_relayed(Sum(counters.signals_relayed));
  traffic.set_pairs_connected(counters.reports_of(PairReport::Kind::kEstablished).value());
  traffic.set_handshakes_offered(counters.funnel.offered.value());
  traffic.set_handshakes_answered(counters.funnel.answered.value());
  traffic.set_handshakes_connected(counters.funnel.connected.value());
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    const uint64_t count = counters.of(reason).value() + counters.ends_by(reason).value();
    if (count == 0) continue;
    v1::ReasonCount* const row = traffic.add_reasons();
    row->set_reason(ToProto(reason));
    row->set_count(count);
  }
}

void ToProto(const LimitsReport& report, v1::GetLimitsResponse& response) {
  for (const LimitsReport::Limit& limit : report.limits) {
    v1::Limit* const to = response.add_limits();
    to->set_name(std::string(limit.name));
    to->set_value(limit.value);
    to->set_origin(limit.policy.empty() ? limit.has_policies ? "default" : "fixed"
                                        : "policy " + Shown(limit.policy));
    to->set_exceptions(static_cast<int64_t>(limit.exceptions));
    to->set_recent_hits(static_cast<int64_t>(limit.hits.recent));
    to->set_total_hits(static_cast<int64_t>(limit.hits.total));
    for (const TallyRow& row : limit.hits.by_address) *to->add_addresses() = ToAddressCount(row);
    for (const TallyRow& row : limit.hits.by_peer) *to->add_peers() = ToPeerCount(row);
  }
  *response.mutable_window() = ToDuration(LimitHits::kWindow);
  for (const TallyRow& row : report.busiest_addresses) {
    *response.add_busiest_addresses() = ToAddressCount(row);
  }
}

v1::PeerCount ToPeerCount(const TallyRow& row) {
  v1::PeerCount count;
  count.set_peer_id(Printable(row.name));
  count.set_count(static_cast<int64_t>(row.count));
  return count;
}

v1::AddressCount ToAddressCount(const TallyRow& row) {
  v1::AddressCount count;
  count.set_address(row.name);
  count.set_count(static_cast<int64_t>(row.count));
  return count;
}

std::string Printable(std::string_view text) {
  std::string printable;
  AppendEscaped(printable, text);
  return printable;
}

std::string ToText(const HubServer::Address& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

}  // namespace pigeonhub
