// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_text.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cstdio>

#include "cli/nouns/message_cells.h"
#include "cli/nouns/pair_reports.h"
#include "pigeonhub/findings.h"
#include "pigeonhub/token_claims.h"
#include "proto/values/message_values.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

using google::protobuf::util::TimeUtil;

// Describes an event in few words.
class EventSentence {
 public:
  EventSentence(const v1::Event& event, bool wide) : event_(event), wide_(wide) {}

  std::string Text() const {
    switch (event_.body_case()) {
      case v1::Event::kStarted:
        return Text(event_.started());
      case v1::Event::kError:
        return event_.error().message();
      case v1::Event::kPeerConnected:
        return Text(event_.peer_connected());
      case v1::Event::kPeerDisconnected:
        return Text(event_.peer_disconnected());
      case v1::Event::kPeerRefused:
        return Text(event_.peer_refused());
      case v1::Event::kPeerAnnounced:
        return Text(event_.peer_announced());
      case v1::Event::kPeerGoodbye:
        return Id(event_.peer_goodbye().peer_id()) + In(event_.peer_goodbye().namespace_());
      case v1::Event::kPeersLeft:
        return Text(event_.peers_left());
      case v1::Event::kPairConnected:
        return PairText(event_.pair_connected());
      case v1::Event::kPairFailed:
        return PairText(event_.pair_failed());
      case v1::Event::kPairRetried:
        return Text(event_.pair_retried());
      case v1::Event::kHubRegistered:
        return Id(event_.hub_registered().peer_id()) + ", " +
               std::to_string(event_.hub_registered().total_hubs()) + " registered";
      case v1::Event::kHubUnregistered:
        return Id(event_.hub_unregistered().peer_id()) + ", " +
               Left(event_.hub_unregistered().total_hubs());
      case v1::Event::kHubRefused:
        return Text(event_.hub_refused());
      case v1::Event::kNamespaceCreated:
        return event_.namespace_created().namespace_() +
               TimesIfMany(event_.namespace_created().count());
      case v1::Event::kNamespaceRemoved:
        return event_.namespace_removed().namespace_() +
               TimesIfMany(event_.namespace_removed().count());
      case v1::Event::kLinkUp:
        return "to " + Id(event_.link_up().peer_id()) +
               (event_.link_up().plain_server() ? ", which is no hub" : "");
      case v1::Event::kLinkDown:
        return Text(event_.link_down());
      case v1::Event::kBusUp:
        return event_.bus_up().server();
      case v1::Event::kBusDown:
        return event_.bus_down().reason();
      case v1::Event::kHubLost:
        return Id(event_.hub_lost().peer_id()) + ", " +
               Times(event_.hub_lost().withdrawn_peers(), "peer") + " withdrawn";
      case v1::Event::kBootstrapConnected:
        return event_.bootstrap_connected().url();
      case v1::Event::kBootstrapDisconnected:
        return Text(event_.bootstrap_disconnected());
      case v1::Event::kHubDiscovered:
        return Id(event_.hub_discovered().peer_id()) + " via " + Id(event_.hub_discovered().via());
      case v1::Event::kBootstrapSignaling:
        return Text(event_.bootstrap_signaling());
      case v1::Event::kSignalRelayed:
        return Text(event_.signal_relayed());
      case v1::Event::kSignalDropped:
        return Text(event_.signal_dropped());
      case v1::Event::kLimitHit:
        return Text(event_.limit_hit());
      case v1::Event::kDrainStarted:
        return Times(event_.drain_started().connections(), "connection") + " over " +
               RoughDuration(ToChrono(event_.drain_started().over())) +
               Of(event_.drain_started().attributes());
      case v1::Event::kDrainFinished:
        return "nobody is left" + Of(event_.drain_finished().attributes());
      case v1::Event::kAudit:
        return Text(event_.audit());
      default:
        return {};
    }
  }

 private:
  // Of whom a drain is; nothing for one of all.
  template <typename Map>
  static std::string Of(const Map& attributes) {
    if (attributes.empty()) return {};
    return " of " + AttributesText({attributes.begin(), attributes.end()});
  }

  // A peer id has 40 digits. A reader can tell peers apart by 8 of them, and the rest of the line
  // then fits in 80 columns.
  std::string Id(const std::string& id) const {
    constexpr size_t kDigits = 40;
    return wide_ || id.size() != kDigits ? id : ShortId(id) + "…";
  }

  static std::string In(const std::string& name) { return name.empty() ? "" : " in " + name; }
  // A hub of an older version does not say how long something lasted.
  static std::string After(bool known, const google::protobuf::Duration& lasted) {
    return known ? " after " + RoughDuration(ToChrono(lasted)) : "";
  }
  static std::string Left(int64_t count) { return std::to_string(count) + " left"; }

  // "… and … in chat, lost after 60000 ms, host to relay over udp".
  template <typename Message>
  std::string PairText(const Message& body) const {
    const PairReport report = ReportOf(body);
    std::string text = report.kind == PairReport::Kind::kEstablished
                           ? ""
                           : std::string(kPairReportKinds[static_cast<size_t>(report.kind)]);
    const std::string more = ReportText(report);
    if (!text.empty() && !more.empty()) text += ' ';
    text += more;
    return Id(body.peer_id()) + " and " + Id(body.other_peer_id()) + In(body.namespace_()) +
           (text.empty() ? "" : ", " + text) + TimesIfMany(body.count());
  }

  std::string Text(const v1::PairRetriedEvent& body) const {
    return Id(body.peer_id()) + " and " + Id(body.other_peer_id()) + In(body.namespace_()) +
           After(true, body.after()) + TimesIfMany(body.count());
  }

  static std::string Text(const v1::StartedEvent& body) {
    return "on " + body.host() + ':' + std::to_string(body.port()) +
           (body.version().empty() ? "" : ", version " + body.version());
  }

  std::string Text(const v1::HubRefusedEvent& body) const {
    return Id(body.peer_id()) + ' ' + ReasonText(body.reason()) +
           (body.remote_address().empty() ? "" : ", from " + body.remote_address());
  }

  std::string Text(const v1::PeerConnectedEvent& body) const {
    return Id(body.peer_id()) + " from " + OrDash(body.remote_address()) + ", " +
           std::to_string(body.total_connections()) + " connected";
  }

  std::string Text(const v1::PeerDisconnectedEvent& body) const {
    return Id(body.peer_id()) + ' ' + ReasonText(body.reason()) + ' ' +
           std::to_string(body.close_code()) + (wide_ ? In(body.namespace_()) : "") +
           After(body.has_connected_for(), body.connected_for()) + ", " +
           (wide_ ? "from " + OrDash(body.remote_address()) + ", " +
                        Times(body.messages_received(), "message") + ", " +
                        Times(body.bytes_received(), "byte") + ", "
                  : "") +
           Left(body.total_connections());
  }

  std::string Text(const v1::PeerRefusedEvent& body) const {
    return (body.peer_id().empty() ? "no id" : Id(body.peer_id())) + ' ' +
           ReasonText(body.reason()) + ", from " + OrDash(body.remote_address()) +
           TimesIfMany(body.count());
  }

  // A hub of an older version gives no count.
  static std::string TimesIfMany(int64_t count) {
    return count <= 1 ? "" : ", " + Times(count, "time");
  }

  // "3 bytes", "1 byte".
  static std::string Times(int64_t count, const std::string& what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
  }

  // ", most from 10.0.0.1 12, in chat 12". Wide rows have all addresses and namespaces that the
  // event has.
  template <typename Message>
  std::string Tops(const Message& body) const {
    std::string text;
    for (const v1::AddressCount& row : body.addresses()) {
      text += ", from " + row.address() + ' ' + std::to_string(row.count());
      if (!wide_) break;
    }
    for (const v1::NamespaceCount& row : body.namespaces()) {
      text += ", in " + row.namespace_() + ' ' + std::to_string(row.count());
      if (!wide_) break;
    }
    return text;
  }

  std::string Text(const v1::LinkDownEvent& body) const {
    std::string text = "to " + Id(body.peer_id());
    if (body.reason() != v1::REASON_UNSPECIFIED) {
      text += ' ' + ReasonText(body.reason()) + ' ' + std::to_string(body.close_code());
    }
    if (body.ended_by() == v1::LINK_SIDE_THIS_HUB) text += " by this hub";
    if (body.ended_by() == v1::LINK_SIDE_OTHER_HUB) text += " by the other hub";
    return text + After(body.has_up_for(), body.up_for()) + ", " +
           Times(body.withdrawn_peers(), "peer") + " withdrawn";
  }

  std::string Text(const v1::LimitHitEvent& body) const {
    const std::string reason = ReasonText(body.reason());
    if (!body.ended()) return reason + ", " + Times(body.count(), "time") + Hitters(body);
    return reason + " no longer, " + Times(body.total(), "time") + " within " +
           MeasuredDuration(ToChrono(body.lasted())) + Hitters(body);
  }

  // As Tops, with the peers.
  std::string Hitters(const v1::LimitHitEvent& body) const {
    std::string text = Tops(body);
    for (const v1::PeerCount& row : body.peers()) {
      text += ", by " + Id(row.peer_id()) + ' ' + std::to_string(row.count());
      if (!wide_) break;
    }
    return text;
  }

  std::string Text(const v1::PeerAnnouncedEvent& body) const {
    return Id(body.peer_id()) + (body.is_hub() ? ", a hub," : "") + In(body.namespace_()) +
           TimesIfMany(body.count());
  }

  std::string Text(const v1::PeersLeftEvent& body) const {
    std::string text =
        std::to_string(body.count()) + " within " + MeasuredDuration(ToChrono(body.within()));
    for (const v1::ReasonCount& count : body.reasons()) {
      text += ", " + ReasonText(count.reason()) + ' ' + std::to_string(count.count());
    }
    return text + Tops(body);
  }

  std::string Text(const v1::BootstrapDisconnectedEvent& body) const {
    return body.url() + ' ' + std::to_string(body.code()) +
           (body.reason().empty() ? "" : ", " + body.reason());
  }

  static std::string TypeText(v1::SignalType type) {
    constexpr std::string_view kTypes[] = {"signal", "offer", "answer", "ice-candidate"};
    const auto place = static_cast<size_t>(type);
    return std::string(kTypes[place < std::size(kTypes) ? place : 0]);
  }

  std::string Text(const v1::BootstrapSignalingEvent& body) const {
    return TypeText(body.type()) + ' ' + Id(body.from_peer_id()) + " to " +
           Id(body.target_peer_id()) + " from " + body.url() +
           (wide_ ? ", " + std::to_string(body.payload_bytes()) + " bytes" : "");
  }

  std::string Text(const v1::SignalRelayedEvent& body) const {
    return TypeText(body.type()) + ' ' + Id(body.from_peer_id()) + " to " +
           Id(body.target_peer_id()) + (body.to_link() ? " by another hub" : "") +
           (wide_ ? In(body.namespace_()) + ", " + std::to_string(body.payload_bytes()) + " bytes"
                  : "");
  }

  std::string Text(const v1::SignalDroppedEvent& body) const {
    return TypeText(body.type()) + ' ' + Id(body.from_peer_id()) + " to " +
           OrDash(Id(body.target_peer_id())) + ' ' + ReasonText(body.reason()) +
           (wide_ ? In(body.namespace_()) + ", " + std::to_string(body.payload_bytes()) + " bytes"
                  : "");
  }

  std::string Text(const v1::AuditEvent& body) const {
    // Narrow rows leave out the service before the name of the method.
    const std::string method =
        wide_ ? body.method() : body.method().substr(body.method().rfind('/') + 1);
    return body.principal() + ' ' + method +
           (body.object().empty() ? "" : ' ' + Id(body.object())) +
           (body.hub_id().empty() ? "" : " at hub " + Id(body.hub_id())) + ' ' + body.outcome();
  }

  const v1::Event& event_;
  bool wide_;
};

using Now = std::optional<std::chrono::system_clock::time_point>;

bool IsOfAnotherDay(const google::protobuf::Timestamp& time, const Now& now) {
  using std::chrono::days;
  using std::chrono::floor;
  return now.has_value() && floor<days>(ToChrono(time)) != floor<days>(*now);
}

// In UTC: the time of day, in wide rows also the date, with milliseconds; or, where it is of
// another day, the date and the time without them.
std::string MomentText(const google::protobuf::Timestamp& time, bool wide, const Now& now) {
  constexpr size_t kDate = std::string_view("2026-03-01T").size();
  google::protobuf::Timestamp whole;
  whole.set_seconds(time.seconds());
  std::string text = TimeUtil::ToString(whole);
  if (!wide && IsOfAnotherDay(time, now)) return text;
  char milliseconds[8];
  std::snprintf(milliseconds, sizeof milliseconds, ".%03d", time.nanos() / 1'000'000 % 1000);
  text.insert(text.size() - 1, milliseconds);
  return wide ? text : text.substr(kDate);
}

// In the order of v1::EventKind, from STARTED on. The names are written out here, because every
// start of pigeonctl needs them, and the descriptors that have them are slow to load.
const std::vector<std::string>& NamesByKind() {
  static const std::vector<std::string> names = {"started",
                                                 "stopped",
                                                 "error",
                                                 "peerConnected",
                                                 "peerDisconnected",
                                                 "peerAnnounced",
                                                 "peerGoodbye",
                                                 "peersLeft",
                                                 "pairConnected",
                                                 "hubRegistered",
                                                 "hubUnregistered",
                                                 "hubRefused",
                                                 "namespaceCreated",
                                                 "namespaceRemoved",
                                                 "linkUp",
                                                 "linkDown",
                                                 "signalRelayed",
                                                 "limitHit",
                                                 "drainStarted",
                                                 "drainFinished",
                                                 "audit",
                                                 "drainCancelled",
                                                 "bootstrapConnected",
                                                 "bootstrapDisconnected",
                                                 "hubDiscovered",
                                                 "bootstrapSignaling",
                                                 "signalDropped",
                                                 "peerRefused",
                                                 "busUp",
                                                 "busDown",
                                                 "hubLost",
                                                 "pairFailed",
                                                 "pairRetried"};
  return names;
}

}  // namespace

const std::vector<std::string>& KindNames() {
  static const std::vector<std::string> sorted = [] {
    std::vector<std::string> names = NamesByKind();
    std::sort(names.begin(), names.end());
    return names;
  }();
  return sorted;
}

std::string KindName(v1::EventKind kind) {
  const size_t place = static_cast<size_t>(kind) - v1::EVENT_KIND_STARTED;
  return place < NamesByKind().size() ? NamesByKind()[place] : std::to_string(kind);
}

std::optional<v1::EventKind> KindNamed(std::string_view name) {
  const auto found = std::find(NamesByKind().begin(), NamesByKind().end(), name);
  if (found == NamesByKind().end()) return std::nullopt;
  return static_cast<v1::EventKind>(v1::EVENT_KIND_STARTED + (found - NamesByKind().begin()));
}

Table EventTable(bool wide) {
  // Rows come one by one, so the widths are those of usual values.
  constexpr size_t kTimeOfDay = std::string_view("12:00:00.000Z").size();
  constexpr size_t kWholeTime = std::string_view("2026-03-01T12:00:00.000Z").size();
  return {{{.title = "TIME"},
           {.title = "SEQ", .right = true},
           {.title = "EVENT"},
           {.title = "WHAT", .shrinks = true}},
          {},
          {wide ? kWholeTime : kTimeOfDay, 6, 16, 0}};
}

std::vector<Cell> EventRow(const v1::Event& event, bool wide, Now now) {
  return {MomentText(event.time(), wide, now), static_cast<int64_t>(event.seq()),
          KindName(event.kind()), EventSentence(event, wide).Text()};
}

std::vector<Cell> GapRow(const v1::Gap& gap) {
  return {"", "", Cell("gap", Tone::kBad), Cell(GapText(gap), Tone::kBad)};
}

std::string GapText(const v1::Gap& gap) {
  if (gap.epoch_changed()) {
    return "the hub was started anew; how many events are missing, nobody knows";
  }
  return std::to_string(gap.missing()) + (gap.missing() == 1 ? " event is" : " events are") +
         " missing before " + std::to_string(gap.resume().seq());
}

}  // namespace pigeonhub::cli
