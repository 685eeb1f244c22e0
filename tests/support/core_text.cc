// SPDX-License-Identifier: Apache-2.0

#include "tests/support/core_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <ostream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "pigeonhub/findings.h"
#include "server/core/overloaded.h"

namespace pigeonhub {
namespace {

std::string Name(Reason reason) { return std::string(ReasonName(reason)); }

std::string StepText(const HandshakeStep& step) {
  static constexpr const char* kKinds[] = {"announced", "discovered", "offer",
                                           "answer",    "candidate",  "connected"};
  static constexpr const char* kStages[] = {"heard", "passed_on", "delivered", "dropped"};
  std::string text = absl::StrCat("step ", kKinds[static_cast<int>(step.kind)], " ",
                                  kStages[static_cast<int>(step.stage)], " ", ToText(step.from));
  if (step.to.has_value()) absl::StrAppend(&text, " to ", ToText(*step.to));
  absl::StrAppend(&text, " in ", step.network == nullptr ? "none" : *step.network);
  if (step.other_hub.has_value()) absl::StrAppend(&text, ", hub ", ToText(*step.other_hub));
  if (step.queue_us.has_value()) absl::StrAppend(&text, ", queue ", *step.queue_us);
  if (step.line_us.has_value()) absl::StrAppend(&text, ", line ", *step.line_us);
  if (step.reason != Reason::kCount) absl::StrAppend(&text, ", ", Name(step.reason));
  return text;
}

std::string_view Name(SignalType type) {
  constexpr std::string_view kNames[] = {"offer", "answer", "ice-candidate"};
  return kNames[static_cast<size_t>(type)];
}

std::string Who(const PeerId& peer, bool is_hub) { return (is_hub ? "hub " : "") + ToText(peer); }

std::string Payload(const RawJson& payload) {
  return payload.empty() ? "" : " " + std::string(payload.text);
}

std::string Members(const SharedText& members) {
  return members == nullptr ? "" : " {" + *members + "}";
}

std::string Details(const HubDetails& hub) {
  std::string text = absl::StrCat(" at ", hub.host, ":", hub.port);
  if (!hub.region.empty()) absl::StrAppend(&text, " region ", hub.region);
  if (!hub.url.empty()) absl::StrAppend(&text, " url ", hub.url);
  if (hub.mesh_version > 0) absl::StrAppend(&text, " mesh ", hub.mesh_version);
  if (hub.answers.has_value()) absl::StrAppend(&text, " to ", ToText(*hub.answers));
  return text;
}

// As the ids of peers are written in tests, or what is none as it is.
std::string ShortId(std::string_view text) {
  const std::optional<PeerId> id = PeerId::Parse(text);
  return id.has_value() ? ToText(*id) : "'" + std::string(text) + "'";
}

std::string OfSome(const TokenAttributes& attributes) {
  return attributes.empty() ? "" : ", " + AttributesText(attributes);
}

// What the report says beside its kind, if anything.
std::string Reported(const PairReport& report) {
  const std::string text = ReportText(report);
  return text.empty() ? "" : ", " + text;
}

std::string Times(uint64_t count) { return count == 1 ? "" : absl::StrCat(" times ", count); }

std::string Millis(Duration duration) {
  return absl::StrCat(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(),
                      " ms");
}

}  // namespace

PeerId Id(char digit) { return PeerId::Parse(std::string(PeerId::kLength, digit)).value(); }

PeerId NumberedId(uint32_t number) {
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", number);
  std::string text;
  for (int i = 0; i < 5; ++i) text += digits;
  return PeerId::Parse(text).value();
}

PeerId IdFromText(std::string_view text) {
  uint32_t number = 0;
  if (text.size() == 1) return Id(text[0]);
  if (text.starts_with('#') && absl::SimpleAtoi(std::string(text.substr(1)), &number)) {
    return NumberedId(number);
  }
  if (const std::optional<PeerId> id = PeerId::Parse(text)) return *id;
  ADD_FAILURE() << "not a peer id: " << text;
  return {};
}

RawJson Json(std::string_view text) {
  auto buffer = std::make_shared<const std::string>(text);
  return {buffer, *buffer};
}

Profile ProfileOf(std::string_view members, bool is_hub) {
  return {members.empty() ? nullptr : std::make_shared<const std::string>(members), is_hub};
}

std::string ToText(const PeerId& id) {
  const std::string text(id.text());
  if (text[0] != '0' && text == std::string(PeerId::kLength, text[0])) return text.substr(0, 1);
  const uint32_t number = static_cast<uint32_t>(std::stoul(text.substr(0, 8), nullptr, 16));
  return NumberedId(number) == id ? absl::StrCat("#", number) : text;
}

std::string ToText(ConnectionId connection) {
  if (connection.shard() == 0) return absl::StrCat(connection.serial());
  return absl::StrCat(connection.shard(), "/", connection.serial());
}

std::string ToText(const outbound::Message& message) {
  return std::visit(
      Overloaded{
          [](const outbound::Connected& m) { return "connected " + ToText(m.peer); },
          [](const outbound::Discovered& m) {
            return absl::StrCat("discovered ", Who(m.peer, m.is_hub), " in ", *m.network,
                                Members(m.members), m.addressed ? "" : " (link)");
          },
          [](const outbound::Disconnected& m) {
            return absl::StrCat("disconnected ", Who(m.peer, m.is_hub), " in ", *m.network, ": ",
                                m.reason, m.addressed ? "" : " (link)");
          },
          [](const outbound::Goodbye& m) {
            return absl::StrCat("goodbye ", ToText(m.from), " in ", *m.network, Payload(m.payload));
          },
          [](const outbound::Signal& m) {
            const std::string_view type = Name(m.type);
            return absl::StrCat(std::string(type), " ", ToText(m.from), " to ", ToText(m.target),
                                " in ", *m.network, Payload(m.payload));
          },
          [](const outbound::Pong& m) { return "pong " + ToText(m.peer); },
          [](const outbound::Error& m) { return "error: " + m.text; },
          [](const outbound::HubAnnounce& m) {
            return absl::StrCat("announce in ", *m.network, Details(*m.self));
          },
          [](const outbound::HubAnswer& m) {
            return absl::StrCat("answer of hub ", ToText(m.peer), " in ", *m.network,
                                Details(*m.self));
          },
          [](const outbound::Ping&) { return std::string("ping"); },
          [](const outbound::HubNews& m) {
            std::string text = "news";
            for (const SharedNode& hub : m.hubs) {
              absl::StrAppend(&text, " ", ToText(hub->id), "#", hub->seq, "[");
              for (const auto& neighbor : hub->neighbors) {
                absl::StrAppend(&text, ToText(neighbor.hub), neighbor.vouched ? "!" : "");
              }
              text += "]";
              if (hub->bus.has_value()) absl::StrAppend(&text, " on bus ", ToText(*hub->bus));
              for (const PeerId& missed : hub->unheard)
                absl::StrAppend(&text, " -", ToText(missed));
            }
            return text;
          },
          [](const outbound::HubFrame& m) {
            return absl::StrCat("frame ", ToText(m.from), " to ", ToText(m.to), " via ",
                                m.via.size());
          },
      },
      message);
}

std::string ToText(const EventBody& body) {
  return std::visit(
      Overloaded{
          [](const Started& e) { return absl::StrCat("started ", e.host, " port ", e.port); },
          [](const Stopped&) { return std::string("stopped"); },
          [](const ServerError& e) { return "error " + e.message; },
          [](const PeerConnected& e) {
            return absl::StrCat("peer_connected ", ToText(e.peer), " from ", e.address, ", ",
                                e.total_connections, " in all");
          },
          [](const PeerDisconnected& e) {
            return absl::StrCat("peer_disconnected ", ToText(e.peer), " ", Name(e.reason), " ",
                                e.code, ", ", e.total_connections, " in all");
          },
          [](const PeerRefused& e) {
            return absl::StrCat("peer_refused ", ShortId(e.peer), " from ", e.address, " ",
                                Name(e.reason), " times ", e.count);
          },
          [](const PeerAnnounced& e) {
            return absl::StrCat("peer_announced ", Who(e.peer, e.is_hub), " in ", *e.network,
                                Times(e.count));
          },
          [](const PeerGoodbye& e) { return "peer_goodbye " + ToText(e.peer); },
          [](const PeersLeft& e) {
            std::string text = absl::StrCat("peers_left ", e.count, " within ", Millis(e.within));
            for (const auto& [reason, count] : e.reasons) {
              absl::StrAppend(&text, ", ", Name(reason), " ", count);
            }
            return text;
          },
          [](const PairConnected& e) {
            return absl::StrCat("pair_connected ", ToText(e.peer), " and ", ToText(e.other),
                                Reported(e.report), Times(e.count));
          },
          [](const PairFailed& e) {
            return absl::StrCat(
                e.report.kind == PairReport::Kind::kLost ? "pair_lost " : "pair_failed ",
                ToText(e.peer), " and ", ToText(e.other), Reported(e.report), Times(e.count));
          },
          [](const PairRetried& e) {
            return absl::StrCat("pair_retried ", ToText(e.peer), " and ", ToText(e.other),
                                " after ", Millis(e.after), Times(e.count));
          },
          [](const HubRegistered& e) {
            return absl::StrCat("hub_registered ", ToText(e.peer), ", ", e.total_hubs, " in all");
          },
          [](const HubUnregistered& e) {
            return absl::StrCat("hub_unregistered ", ToText(e.peer), ", ", e.total_hubs, " in all");
          },
          [](const HubRefused& e) {
            return absl::StrCat("hub_refused ", ToText(e.peer), " ", Name(e.reason));
          },
          [](const LinkUp& e) {
            return "link_up " + ToText(e.peer) + (e.plain_server ? " plain server" : "");
          },
          [](const LinkDown& e) {
            return absl::StrCat("link_down ", ToText(e.peer), ", ", e.withdrawn_peers,
                                " peers withdrawn");
          },
          [](const BusUp& e) { return "bus_up " + e.server; },
          [](const BusDown& e) { return "bus_down " + e.reason; },
          [](const HubLost& e) {
            return absl::StrCat("hub_lost ", ToText(e.hub), ", ", e.withdrawn_peers,
                                " peers withdrawn");
          },
          [](const BootstrapConnected& e) { return "bootstrap_connected " + e.uri; },
          [](const BootstrapDisconnected& e) {
            return absl::StrCat("bootstrap_disconnected ", e.uri, " ", e.code, " ", e.reason);
          },
          [](const HubDiscovered& e) {
            return absl::StrCat("hub_discovered ", ToText(e.peer), " via ", e.via,
                                Members(e.members));
          },
          [](const BootstrapSignaling& e) {
            return absl::StrCat("bootstrap_signaling ", std::string(Name(e.type)), " ",
                                ToText(e.from), " to ", ToText(e.target), " via ", e.uri, ", ",
                                e.payload_bytes, " bytes");
          },
          [](const SignalRelayed& e) {
            return absl::StrCat("signal_relayed ", std::string(Name(e.type)), " ", ToText(e.from),
                                " to ", ToText(e.target), " in ", *e.network, ", ", e.payload_bytes,
                                " bytes", e.to_link ? " (link)" : "");
          },
          [](const SignalDropped& e) {
            return absl::StrCat("signal_dropped ", std::string(Name(e.type)), " ", ToText(e.from),
                                " to ", e.target.has_value() ? ToText(*e.target) : "nobody", " in ",
                                e.network == nullptr ? "none" : *e.network, ", ", e.payload_bytes,
                                " bytes, ", Name(e.reason));
          },
          [](const HandshakeSeen& e) { return StepText(*e.step); },
          [](const HandshakeHub& e) {
            static constexpr const char* kStates[] = {"tells", "is silent", "is not admitted",
                                                      "cannot be reached"};
            return absl::StrCat("hub ", ToText(e.hub), " ", kStates[static_cast<int>(e.state)],
                                e.omitted == 0 ? "" : absl::StrCat(", omitted ", e.omitted));
          },
          [](const Audit& e) {
            return absl::StrCat("audit ", e.method, " by ", e.principal, " on ", e.object, ": ",
                                e.outcome);
          },
          [](const NamespaceCreated& e) {
            return absl::StrCat("namespace_created ", *e.network, Times(e.count));
          },
          [](const NamespaceRemoved& e) {
            return absl::StrCat("namespace_removed ", *e.network, Times(e.count));
          },
          [](const LimitHit& e) {
            return absl::StrCat("limit_hit ", Name(e.reason), " times ", e.count,
                                e.ended ? absl::StrCat(", ended with ", e.total) : "");
          },
          [](const DrainStarted& e) {
            return absl::StrCat("drain_started over ", Millis(e.over), ", ", e.connections,
                                " in all", OfSome(e.attributes));
          },
          [](const DrainFinished& e) { return "drain_finished" + OfSome(e.attributes); },
          [](const DrainCancelled&) { return std::string("drain_cancelled"); },
      },
      body);
}

namespace {

// As if each was sent by itself.
std::vector<std::string> LinesOf(const SendList& list) {
  std::vector<std::string> lines;
  for (const SendList::Member& member : list.members) {
    lines.push_back(ToText(Effect(Send(list.to, list.timestamp, list.About(member)))));
  }
  return lines;
}

}  // namespace

std::string ToText(const Effect& effect) {
  return std::visit(
      Overloaded{
          [](const Send& e) { return absl::StrCat("send ", ToText(e.to), " ", ToText(e.message)); },
          [](const Broadcast& e) {
            std::string to;
            for (ConnectionId one : e.to) absl::StrAppend(&to, ToText(one), " ");
            return absl::StrCat("broadcast ", to, ToText(e.message));
          },
          [](const SendList& e) { return absl::StrJoin(LinesOf(e), "; "); },
          [](const MoreWaits& e) { return "more_waits " + ToText(e.to); },
          [](const Keeps& e) { return absl::StrCat("keeps ", ToText(e.connection), " ", e.bytes); },
          [](const Close& e) {
            return absl::StrCat("close ", ToText(e.connection), " ", Name(e.reason));
          },
          [](const PauseReading& e) { return "pause " + ToText(e.connection); },
          [](const ResumeReading& e) { return "resume " + ToText(e.connection); },
          [](const Probe& e) { return "probe " + ToText(e.connection); },
          [](const WatchLink& e) { return "watch_link " + ToText(e.connection); },
          [](const Dial& e) { return absl::StrCat("dial ", e.dial_target.value(), " ", e.url); },
          [](const CancelDial& e) { return absl::StrCat("cancel_dial ", e.dial_target.value()); },
          [](const Publish& e) {
            return absl::StrCat("publish ", e.to.has_value() ? ToText(*e.to) : "to all", " ",
                                ToText(e.message));
          },
          [](const HangUpBus&) { return std::string("hang_up_bus"); },
          [](const SaveBans&) { return std::string("save_bans"); },
          [](const QuestionCame& e) {
            return absl::StrCat("question ", e.number, " of ", ToText(e.hub), ": ", *e.text);
          },
          [](const AnswerCame& e) {
            return absl::StrCat("answer ", e.number, ": ",
                                e.status.ok() ? *e.text : e.status.ToString());
          },
          [](const Emit& e) {
            return absl::StrCat("event ", e.event.seq, " ", ToText(e.event.body));
          },
      },
      effect);
}

void PrintTo(const PeerId& id, std::ostream* out) { *out << ToText(id); }
void PrintTo(ConnectionId connection, std::ostream* out) { *out << ToText(connection); }

std::vector<std::string> ToText(const Effects& effects) {
  std::vector<std::string> lines;
  lines.reserve(effects.size());
  for (const Effect& effect : effects) {
    if (const auto* list = std::get_if<SendList>(&effect)) {
      for (std::string& line : LinesOf(*list)) lines.push_back(std::move(line));
    } else {
      lines.push_back(ToText(effect));
    }
  }
  return lines;
}

}  // namespace pigeonhub
