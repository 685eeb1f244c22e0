// SPDX-License-Identifier: Apache-2.0

#include "control/conversions/event_conversions.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <variant>

#include "control/conversions/record_conversions.h"
#include "pigeonhub_version.h"

namespace pigeonhub {
namespace {

std::string Text(const PeerId& peer) { return std::string(peer.text()); }
std::string Text(const SharedText& network) { return network == nullptr ? "" : *network; }

v1::SignalType ToProto(SignalType type) {
  switch (type) {
    case SignalType::kOffer:
      return v1::SIGNAL_TYPE_OFFER;
    case SignalType::kAnswer:
      return v1::SIGNAL_TYPE_ANSWER;
    case SignalType::kIceCandidate:
      return v1::SIGNAL_TYPE_ICE_CANDIDATE;
  }
  return v1::SIGNAL_TYPE_UNSPECIFIED;
}

// Fills the counts by address and by namespace of `body`.
template <typename Message>
void SetTops(const std::vector<TallyRow>& addresses, const std::vector<TallyRow>& networks,
             Message& body) {
  for (const TallyRow& row : addresses) *body.add_addresses() = ToAddressCount(row);
  for (const TallyRow& row : networks) {
    v1::NamespaceCount* const to = body.add_namespaces();
    to->set_namespace_(row.name);
    to->set_count(static_cast<int64_t>(row.count));
  }
}

// Fill in what events of a pair have in common, and those that a report caused. Candidates and
// protocols have the same numbers in both.
template <typename Body, typename Message>
void SetPair(const Body& e, Message& body) {
  body.set_peer_id(Text(e.peer));
  body.set_other_peer_id(Text(e.other));
  body.set_namespace_(Text(e.network));
  body.set_count(static_cast<int64_t>(e.count));
}
template <typename Body, typename Message>
void SetReport(const Body& e, Message& body) {
  if (e.report.ms != 0) {
    *body.mutable_after() = ToDuration(std::chrono::milliseconds(e.report.ms));
  }
  body.set_local_candidate(static_cast<v1::CandidateKind>(e.report.local));
  body.set_remote_candidate(static_cast<v1::CandidateKind>(e.report.remote));
  body.set_protocol(static_cast<v1::TransportProtocol>(e.report.protocol));
}

// Fills Event.body.
struct Body {
  v1::Event& out;
  bool with_payloads;

  void operator()(const Started& e) const {
    out.mutable_started()->set_host(e.host);
    out.mutable_started()->set_port(e.port);
    out.mutable_started()->set_version(std::string(kVersion));
  }
  void operator()(const Stopped&) const { out.mutable_stopped(); }
  void operator()(const ServerError& e) const { out.mutable_error()->set_message(e.message); }
  void operator()(const PeerConnected& e) const {
    auto& body = *out.mutable_peer_connected();
    body.set_peer_id(Text(e.peer));
    body.set_remote_address(e.address);
    body.set_total_connections(e.total_connections);
  }
  void operator()(const PeerDisconnected& e) const {
    auto& body = *out.mutable_peer_disconnected();
    body.set_peer_id(Text(e.peer));
    body.set_reason(pigeonhub::ToProto(e.reason));
    body.set_close_code(e.code);
    body.set_total_connections(e.total_connections);
    body.set_namespace_(Text(e.network));
    body.set_remote_address(e.address);
    *body.mutable_connected_for() = ToDuration(e.connected_for);
    body.set_messages_received(static_cast<int64_t>(e.messages));
    body.set_bytes_received(static_cast<int64_t>(e.bytes));
  }
  void operator()(const PeerRefused& e) const {
    auto& body = *out.mutable_peer_refused();
    body.set_peer_id(Printable(e.peer));
    body.set_remote_address(e.address);
    body.set_reason(pigeonhub::ToProto(e.reason));
    body.set_count(static_cast<int64_t>(e.count));
  }
  void operator()(const PeerAnnounced& e) const {
    auto& body = *out.mutable_peer_announced();
    body.set_peer_id(Text(e.peer));
    body.set_namespace_(Text(e.network));
    body.set_is_hub(e.is_hub);
    body.set_count(static_cast<int64_t>(e.count));
  }
  void operator()(const PeerGoodbye& e) const {
    out.mutable_peer_goodbye()->set_peer_id(Text(e.peer));
    out.mutable_peer_goodbye()->set_namespace_(Text(e.network));
  }
  void operator()(const PeersLeft& e) const {
    auto& body = *out.mutable_peers_left();
    body.set_count(e.count);
    *body.mutable_within() = ToDuration(e.within);
    for (const auto& [reason, count] : e.reasons) {
      v1::ReasonCount* const row = body.add_reasons();
      row->set_reason(pigeonhub::ToProto(reason));
      row->set_count(count);
    }
    SetTops(e.addresses, e.networks, body);
  }
  void operator()(const PairConnected& e) const {
    auto& body = *out.mutable_pair_connected();
    SetPair(e, body);
    SetReport(e, body);
    if (e.answer_after) *body.mutable_answer_after() = ToDuration(*e.answer_after);
  }
  void operator()(const PairFailed& e) const {
    auto& body = *out.mutable_pair_failed();
    SetPair(e, body);
    SetReport(e, body);
    body.set_lost(e.report.kind == PairReport::Kind::kLost);
  }
  void operator()(const PairRetried& e) const {
    SetPair(e, *out.mutable_pair_retried());
    *out.mutable_pair_retried()->mutable_after() = ToDuration(e.after);
  }
  void operator()(const HubRegistered& e) const {
    out.mutable_hub_registered()->set_peer_id(Text(e.peer));
    out.mutable_hub_registered()->set_total_hubs(e.total_hubs);
  }
  void operator()(const HubUnregistered& e) const {
    out.mutable_hub_unregistered()->set_peer_id(Text(e.peer));
    out.mutable_hub_unregistered()->set_total_hubs(e.total_hubs);
  }
  void operator()(const HubRefused& e) const {
    out.mutable_hub_refused()->set_peer_id(Text(e.peer));
    out.mutable_hub_refused()->set_reason(pigeonhub::ToProto(e.reason));
    out.mutable_hub_refused()->set_remote_address(e.address);
  }
  void operator()(const NamespaceCreated& e) const {
    out.mutable_namespace_created()->set_namespace_(Text(e.network));
    out.mutable_namespace_created()->set_count(static_cast<int64_t>(e.count));
  }
  void operator()(const NamespaceRemoved& e) const {
    out.mutable_namespace_removed()->set_namespace_(Text(e.network));
    out.mutable_namespace_removed()->set_count(static_cast<int64_t>(e.count));
  }
  void operator()(const LinkUp& e) const {
    out.mutable_link_up()->set_peer_id(Text(e.peer));
    out.mutable_link_up()->set_plain_server(e.plain_server);
  }
  void operator()(const LinkDown& e) const {
    auto& body = *out.mutable_link_down();
    body.set_peer_id(Text(e.peer));
    body.set_withdrawn_peers(e.withdrawn_peers);
    *body.mutable_since() = ToTimestamp(e.since);
    *body.mutable_up_for() = ToDuration(e.up_for);
    if (!e.end.has_value()) return;
    body.set_reason(pigeonhub::ToProto(e.end->reason));
    body.set_close_code(e.end->code);
    body.set_ended_by(pigeonhub::ToProto(e.end->side));
  }
  void operator()(const BusUp& e) const {
    out.mutable_bus_up()->set_server(e.server);
    out.mutable_bus_up()->set_max_payload(static_cast<int64_t>(e.max_payload));
  }
  void operator()(const BusDown& e) const { out.mutable_bus_down()->set_reason(e.reason); }
  void operator()(const HubLost& e) const {
    out.mutable_hub_lost()->set_peer_id(Text(e.hub));
    out.mutable_hub_lost()->set_withdrawn_peers(static_cast<int64_t>(e.withdrawn_peers));
  }
  void operator()(const BootstrapConnected& e) const {
    out.mutable_bootstrap_connected()->set_url(e.uri);
  }
  void operator()(const BootstrapDisconnected& e) const {
    auto& body = *out.mutable_bootstrap_disconnected();
    body.set_url(e.uri);
    body.set_code(e.code);
    body.set_reason(e.reason);
  }
  void operator()(const HubDiscovered& e) const {
    auto& body = *out.mutable_hub_discovered();
    body.set_peer_id(Text(e.peer));
    body.set_via(e.via);
    body.set_data_json("{" + Text(e.members) + "}");
  }
  void operator()(const BootstrapSignaling& e) const {
    auto& body = *out.mutable_bootstrap_signaling();
    body.set_type(ToProto(e.type));
    body.set_from_peer_id(Text(e.from));
    body.set_target_peer_id(Text(e.target));
    body.set_url(e.uri);
    body.set_payload_bytes(e.payload_bytes);
    if (with_payloads) body.set_payload_json(std::string(e.payload.text));
  }
  void operator()(const SignalRelayed& e) const {
    auto& body = *out.mutable_signal_relayed();
    body.set_type(ToProto(e.type));
    body.set_from_peer_id(Text(e.from));
    body.set_target_peer_id(Text(e.target));
    body.set_namespace_(Text(e.network));
    body.set_payload_bytes(e.payload_bytes);
    body.set_to_link(e.to_link);
    if (e.since_offer) *body.mutable_since_offer() = ToDuration(*e.since_offer);
  }
  void operator()(const SignalDropped& e) const {
    auto& body = *out.mutable_signal_dropped();
    body.set_type(ToProto(e.type));
    body.set_from_peer_id(Text(e.from));
    if (e.target.has_value()) body.set_target_peer_id(Text(*e.target));
    body.set_namespace_(Text(e.network));
    body.set_payload_bytes(static_cast<int64_t>(e.payload_bytes));
    body.set_reason(pigeonhub::ToProto(e.reason));
  }
  void operator()(const LimitHit& e) const {
    auto& body = *out.mutable_limit_hit();
    body.set_reason(pigeonhub::ToProto(e.reason));
    body.set_count(static_cast<int64_t>(e.count));
    body.set_total(static_cast<int64_t>(e.total));
    *body.mutable_lasted() = ToDuration(e.lasted);
    body.set_ended(e.ended);
    SetTops(e.addresses, e.networks, body);
    for (const TallyRow& row : e.peers) *body.add_peers() = ToPeerCount(row);
  }
  void operator()(const DrainStarted& e) const {
    *out.mutable_drain_started()->mutable_over() = ToDuration(e.over);
    out.mutable_drain_started()->set_connections(e.connections);
    out.mutable_drain_started()->mutable_attributes()->insert(e.attributes.begin(),
                                                              e.attributes.end());
  }
  void operator()(const DrainFinished& e) const {
    out.mutable_drain_finished()->mutable_attributes()->insert(e.attributes.begin(),
                                                               e.attributes.end());
  }
  void operator()(const DrainCancelled&) const { out.mutable_drain_cancelled(); }
  void operator()(const Audit& e) const {
    auto& body = *out.mutable_audit();
    body.set_method(e.method);
    body.set_principal(e.principal);
    body.set_object(e.object);
    body.set_outcome(e.outcome);
    body.set_hub_id(e.hub);
  }
  void operator()(const HandshakeSeen&) const {}
  void operator()(const HandshakeHub&) const {}
};

// Whether `wanted` is what an event has, or one of the several that it names.
bool IsAbout(std::string_view one, const std::vector<TallyRow>* several,
             const std::string& wanted) {
  if (several == nullptr) return one == wanted;
  return std::any_of(several->begin(), several->end(),
                     [&](const TallyRow& row) { return row.name == wanted; });
}

std::string_view View(const SharedText& network) {
  return network == nullptr ? std::string_view() : std::string_view(*network);
}

struct Facts {
  EventFacts operator()(const Started&) const { return {v1::EVENT_KIND_STARTED, {}, {}}; }
  EventFacts operator()(const Stopped&) const { return {v1::EVENT_KIND_STOPPED, {}, {}}; }
  EventFacts operator()(const ServerError&) const { return {v1::EVENT_KIND_ERROR, {}, {}}; }
  EventFacts operator()(const PeerConnected& e) const {
    return {v1::EVENT_KIND_PEER_CONNECTED, {}, {e.peer.text()}, Reason::kCount, e.address};
  }
  EventFacts operator()(const PeerDisconnected& e) const {
    return {
        v1::EVENT_KIND_PEER_DISCONNECTED, View(e.network), {e.peer.text()}, e.reason, e.address};
  }
  EventFacts operator()(const PeerRefused& e) const {
    return {v1::EVENT_KIND_PEER_REFUSED, {}, {e.peer}, e.reason, e.address};
  }
  EventFacts operator()(const PeerAnnounced& e) const {
    return {v1::EVENT_KIND_PEER_ANNOUNCED, View(e.network), {e.peer.text()}};
  }
  EventFacts operator()(const PeerGoodbye& e) const {
    return {v1::EVENT_KIND_PEER_GOODBYE, View(e.network), {e.peer.text()}};
  }
  EventFacts operator()(const PeersLeft& e) const {
    return {v1::EVENT_KIND_PEERS_LEFT, {}, {}, Reason::kCount, {}, &e.addresses, &e.networks};
  }
  EventFacts operator()(const PairConnected& e) const {
    return {v1::EVENT_KIND_PAIR_CONNECTED, View(e.network), {e.peer.text(), e.other.text()}};
  }
  EventFacts operator()(const PairFailed& e) const {
    return {v1::EVENT_KIND_PAIR_FAILED, View(e.network), {e.peer.text(), e.other.text()}};
  }
  EventFacts operator()(const PairRetried& e) const {
    return {v1::EVENT_KIND_PAIR_RETRIED, View(e.network), {e.peer.text(), e.other.text()}};
  }
  EventFacts operator()(const HubRegistered& e) const {
    return {v1::EVENT_KIND_HUB_REGISTERED, {}, {e.peer.text()}};
  }
  EventFacts operator()(const HubUnregistered& e) const {
    return {v1::EVENT_KIND_HUB_UNREGISTERED, {}, {e.peer.text()}};
  }
  EventFacts operator()(const HubRefused& e) const {
    return {v1::EVENT_KIND_HUB_REFUSED, {}, {e.peer.text()}, e.reason, e.address};
  }
  EventFacts operator()(const NamespaceCreated& e) const {
    return {v1::EVENT_KIND_NAMESPACE_CREATED, View(e.network), {}};
  }
  EventFacts operator()(const NamespaceRemoved& e) const {
    return {v1::EVENT_KIND_NAMESPACE_REMOVED, View(e.network), {}};
  }
  EventFacts operator()(const LinkUp& e) const {
    return {v1::EVENT_KIND_LINK_UP, {}, {e.peer.text()}};
  }
  EventFacts operator()(const LinkDown& e) const {
    return {v1::EVENT_KIND_LINK_DOWN,
            {},
            {e.peer.text()},
            e.end.has_value() ? e.end->reason : Reason::kCount};
  }
  EventFacts operator()(const BusUp&) const { return {v1::EVENT_KIND_BUS_UP, {}, {}}; }
  EventFacts operator()(const BusDown&) const { return {v1::EVENT_KIND_BUS_DOWN, {}, {}}; }
  EventFacts operator()(const HubLost& e) const {
    return {v1::EVENT_KIND_HUB_LOST, {}, {e.hub.text()}};
  }
  EventFacts operator()(const BootstrapConnected&) const {
    return {v1::EVENT_KIND_BOOTSTRAP_CONNECTED, {}, {}};
  }
  EventFacts operator()(const BootstrapDisconnected&) const {
    return {v1::EVENT_KIND_BOOTSTRAP_DISCONNECTED, {}, {}};
  }
  EventFacts operator()(const HubDiscovered& e) const {
    return {v1::EVENT_KIND_HUB_DISCOVERED, {}, {e.peer.text()}};
  }
  EventFacts operator()(const BootstrapSignaling& e) const {
    return {v1::EVENT_KIND_BOOTSTRAP_SIGNALING, {}, {e.from.text(), e.target.text()}};
  }
  EventFacts operator()(const SignalRelayed& e) const {
    return {v1::EVENT_KIND_SIGNAL_RELAYED, View(e.network), {e.from.text(), e.target.text()}};
  }
  EventFacts operator()(const SignalDropped& e) const {
    return {v1::EVENT_KIND_SIGNAL_DROPPED,
            View(e.network),
            {e.from.text(), e.target.has_value() ? e.target->text() : std::string_view()},
            e.reason};
  }
  EventFacts operator()(const LimitHit& e) const {
    return {v1::EVENT_KIND_LIMIT_HIT, {}, {}, e.reason, {}, &e.addresses, &e.networks};
  }
  EventFacts operator()(const DrainStarted&) const {
    return {v1::EVENT_KIND_DRAIN_STARTED, {}, {}};
  }
  EventFacts operator()(const DrainFinished&) const {
    return {v1::EVENT_KIND_DRAIN_FINISHED, {}, {}};
  }
  EventFacts operator()(const DrainCancelled&) const {
    return {v1::EVENT_KIND_DRAIN_CANCELLED, {}, {}};
  }
  EventFacts operator()(const Audit& e) const { return {v1::EVENT_KIND_AUDIT, {}, {e.object}}; }
  // TraceService alone shows these.
  EventFacts operator()(const HandshakeSeen&) const { return {}; }
  EventFacts operator()(const HandshakeHub&) const { return {}; }
};

// The same answer as RingOf gives for an event of this kind.
EventRing RingOf(v1::EventKind kind) {
  switch (kind) {
    case v1::EVENT_KIND_AUDIT:
      return EventRing::kAudit;
    case v1::EVENT_KIND_SIGNAL_RELAYED:
    case v1::EVENT_KIND_SIGNAL_DROPPED:
    case v1::EVENT_KIND_BOOTSTRAP_SIGNALING:
      return EventRing::kSignals;
    default:
      return EventRing::kHistory;
  }
}

absl::Status CheckKinds(const google::protobuf::RepeatedField<int>& kinds, std::string_view field) {
  for (int i = 0; i < kinds.size(); ++i) {
    if (kinds[i] != v1::EVENT_KIND_UNSPECIFIED && v1::EventKind_IsValid(kinds[i])) continue;
    return absl::InvalidArgumentError("filter." + std::string(field) + "[" + std::to_string(i) +
                                      "]: has " + std::to_string(kinds[i]) +
                                      ", which is no event kind");
  }
  return absl::OkStatus();
}

}  // namespace

v1::Event ToProto(const Event& event, const EventSource& source, bool with_payloads) {
  v1::Event out;
  out.set_epoch(source.epoch);
  out.set_seq(event.seq);
  *out.mutable_time() = ToTimestamp(event.unix_ms);
  out.set_hub_id(source.hub_id);
  out.set_kind(KindOf(event));
  std::visit(Body{out, with_payloads}, event.body);
  return out;
}

v1::EventKind KindOf(const Event& event) { return FactsOf(event).kind; }

EventFacts FactsOf(const Event& event) { return std::visit(Facts{}, event.body); }

absl::StatusOr<EventFilter> EventFilter::FromProto(const v1::EventFilter& filter) {
  if (auto status = CheckKinds(filter.kinds(), "kinds"); !status.ok()) return status;
  if (auto status = CheckKinds(filter.exclude_kinds(), "exclude_kinds"); !status.ok()) {
    return status;
  }
  for (int i = 0; i < filter.reasons_size(); ++i) {
    if (filter.reasons(i) != v1::REASON_UNSPECIFIED && v1::Reason_IsValid(filter.reasons(i))) {
      continue;
    }
    return absl::InvalidArgumentError("filter.reasons[" + std::to_string(i) + "]: has " +
                                      std::to_string(filter.reasons(i)) + ", which is no reason");
  }
  if (!filter.peer_id().empty() && !PeerId::Parse(filter.peer_id())) {
    return absl::InvalidArgumentError("filter.peer_id: is not 40 hexadecimal digits");
  }
  if (!filter.other_peer_id().empty()) {
    if (!PeerId::Parse(filter.other_peer_id())) {
      return absl::InvalidArgumentError("filter.other_peer_id: is not 40 hexadecimal digits");
    }
    if (filter.peer_id().empty()) {
      return absl::InvalidArgumentError("filter.other_peer_id: needs peer_id, too");
    }
  }

  EventFilter result;
  if (filter.kinds().empty()) {
    result.kinds_.set();
    result.kinds_.reset(v1::EVENT_KIND_SIGNAL_RELAYED);
    result.kinds_.reset(v1::EVENT_KIND_SIGNAL_DROPPED);
    result.kinds_.reset(v1::EVENT_KIND_BOOTSTRAP_SIGNALING);
  }
  for (const int kind : filter.kinds()) result.kinds_.set(kind);
  for (const int kind : filter.exclude_kinds()) result.kinds_.reset(kind);
  result.network_ = filter.namespace_();
  result.peer_ = filter.peer_id();
  result.other_peer_ = filter.other_peer_id();
  // A reason's number is one more than ours, see ToProto.
  for (const int reason : filter.reasons()) result.reasons_.set(static_cast<size_t>(reason - 1));
  result.address_ = filter.remote_address();
  result.with_payloads_ = filter.signal_payloads();
  return result;
}

std::optional<SignalFilter> EventFilter::signals() const {
  if (!Includes(v1::EVENT_KIND_SIGNAL_RELAYED) && !Includes(v1::EVENT_KIND_SIGNAL_DROPPED)) {
    return std::nullopt;
  }
  return SignalFilter{PeerId::Parse(peer_), network_};
}

EventRings EventFilter::rings() const {
  EventRings rings;
  for (int number = v1::EVENT_KIND_STARTED; number < v1::EventKind_ARRAYSIZE; ++number) {
    const auto kind = static_cast<v1::EventKind>(number);
    if (Includes(kind)) rings.set(static_cast<size_t>(RingOf(kind)));
  }
  return rings;
}

bool EventFilter::Matches(const Event& event) const {
  const EventFacts facts = FactsOf(event);
  if (!kinds_.test(facts.kind)) return false;
  if (!network_.empty() && !IsAbout(facts.network, facts.networks, network_)) return false;
  if (reasons_.any() &&
      (facts.reason == Reason::kCount || !reasons_.test(static_cast<size_t>(facts.reason)))) {
    return false;
  }
  if (!address_.empty() && !IsAbout(facts.address, facts.addresses, address_)) return false;
  if (peer_.empty()) return true;
  const auto about = [&](const std::string& peer) {
    return facts.peers[0] == peer || facts.peers[1] == peer;
  };
  return about(peer_) && (other_peer_.empty() || about(other_peer_));
}

}  // namespace pigeonhub
