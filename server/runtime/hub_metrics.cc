// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/hub_metrics.h"

#include <array>
#include <string>
#include <utility>

#include "pigeonhub/records.h"

namespace pigeonhub {
namespace {

constexpr std::array<const char*, kSignalTypeCount> kSignalTypes = {"offer", "answer",
                                                                    "ice-candidate"};

// In the order of LinkRecord::State.
constexpr std::array<const char*, kLinkStateCount> kLinkStates = {
    "connecting", "up", "waiting", "slow", "stopped", "not_admitted"};

template <typename Source>
double Figure(const Source& source) {
  return static_cast<double>(source.value());
}

void AddLevels(const Counters& counters, size_t max_connections, Exposition& out) {
  const auto serving = static_cast<Serving>(counters.serving.value());
  out.Gauge("pigeonhub_serving", "1 while peers are welcome.", serving == Serving::kServing);
  out.Gauge("pigeonhub_draining", "1 while a drain is under way.", serving == Serving::kDraining);
  out.Gauge("pigeonhub_connections", "Connections of peers and hubs.",
            Figure(counters.connections));
  out.Gauge("pigeonhub_max_connections", "How many connections there may be.",
            static_cast<double>(max_connections));
  out.Gauge("pigeonhub_peers", "Connected peers, hubs among them.", Figure(counters.peers));
  out.Gauge("pigeonhub_paused_peers", "Peers that are not read, because they are over a rate.",
            Figure(counters.paused));
  out.Gauge("pigeonhub_hubs", "Connected peers that are hubs.", Figure(counters.hubs));
  out.Gauge("pigeonhub_namespaces", "Namespaces with peers of this hub.",
            Figure(counters.networks));
  out.Gauge("pigeonhub_remote_peers", "Peers known to be on other hubs.",
            Figure(counters.remote_peers));
  out.Gauge("pigeonhub_remote_bytes", "Memory for what other hubs tell of their peers.",
            Figure(counters.remote_bytes));
  out.Gauge(
      "pigeonhub_history_bytes",
      "Memory for what is remembered of pairs that signaled, of peers that left, and of hubs that "
      "were lost.",
      Figure(counters.history_bytes));
  out.Gauge("pigeonhub_bans", "Bans in force, also those that other hubs told.",
            Figure(counters.bans));
  out.Gauge("pigeonhub_namespace_policies",
            "Policies of namespaces, of the configuration and of calls.",
            Figure(counters.policies));
  out.Gauge("pigeonhub_link_bytes",
            "Memory for what waits for other hubs, or what they have not acknowledged.",
            Figure(counters.link_bytes));
  out.Gauge("pigeonhub_question_bytes",
            "Memory for what operators ask through other hubs, and for the answers.",
            Figure(counters.question_bytes));
  for (size_t i = 0; i < kLinkStateCount; ++i) {
    out.Gauge("pigeonhub_links", "Links to other hubs, and addresses that are dialed, by state.",
              Figure(counters.links[i]), {{"state", kLinkStates[i]}});
  }
}

// `usual`: the figure is there from the start. One that is not comes with its first case.
void AddReason(const std::string& name, const std::string& help, Reason reason, bool usual,
               const Counter& count, Exposition& out) {
  if (!usual && count.value() == 0) return;
  out.Counter(name, help, Figure(count), {{"reason", std::string(ReasonName(reason))}});
}

void AddComingAndGoing(const Counters& counters, Exposition& out) {
  out.Counter("pigeonhub_connections_opened_total", "WebSocket handshakes finished.",
              Figure(counters.connections_opened));
  out.Counter("pigeonhub_joins_total", "Peers that came into a namespace.", Figure(counters.joins));
  // One after the other, as figures of one name stand together.
  for (size_t i = 0; i < kReasonCount; ++i) {
    AddReason("pigeonhub_leaves_total", "Connections of peers that ended, by reason.",
              static_cast<Reason>(i), EndsPeer(static_cast<Reason>(i)), counters.ended[i], out);
  }
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    AddReason("pigeonhub_refusals_total", "Connections and messages turned away, by reason.",
              reason, !EndsPeer(reason) || RefusesPeer(reason), counters.refused[i], out);
  }
}

void AddSignals(const Counters& counters, Exposition& out) {
  for (size_t type = 0; type < kSignalTypeCount; ++type) {
    for (const auto& [result, count] :
         {std::pair{"delivered", Figure(counters.signals_delivered[type])},
          std::pair{"relayed", Figure(counters.signals_relayed[type])},
          std::pair{"dropped", Figure(counters.signals_dropped[type])}}) {
      out.Counter("pigeonhub_signals_total",
                  "Offers, answers and candidates: delivered here, relayed to a hub, or dropped.",
                  count, {{"type", kSignalTypes[type]}, {"result", result}});
    }
  }
  out.Counter("pigeonhub_pauses_total",
              "Times that reading from a peer stopped because it was over a rate.",
              Figure(counters.pauses));
  out.Counter("pigeonhub_handshake_steps_omitted_total",
              "Steps of handshakes that watchers were not shown, for want of room.",
              Figure(counters.handshake_steps_omitted));
  out.Counter("pigeonhub_discoveries_sent_total", "Members made known to peers: the fan-out.",
              Figure(counters.discoveries_sent));
}

void AddQuestions(const Counters& counters, Exposition& out) {
  for (const auto& [result, count] : {std::pair{"asked", &counters.questions_asked},
                                      std::pair{"unanswered", &counters.questions_unanswered},
                                      std::pair{"heard", &counters.questions_heard},
                                      std::pair{"refused", &counters.questions_refused}}) {
    out.Counter("pigeonhub_questions_total",
                "What operators ask through other hubs: asked by this hub, and of those not "
                "answered; heard from others, and refused to them.",
                Figure(*count), {{"result", result}});
  }
}

// How far pairs get on their way to a data channel.
void AddFunnel(const Counters& counters, Exposition& out) {
  for (const auto& [stage, count] :
       {std::pair{"announced", &counters.joins}, std::pair{"offered", &counters.funnel.offered},
        std::pair{"answered", &counters.funnel.answered},
        std::pair{"candidates", &counters.funnel.candidates},
        std::pair{"connected", &counters.funnel.connected},
        std::pair{"retried", &counters.funnel.retried}}) {
    out.Counter("pigeonhub_handshakes_total",
                "Peers that announced, then pairs that offered, answered, exchanged candidates, "
                "connected where a client says so, and offered again after 10 s.",
                Figure(*count), {{"stage", stage}});
  }
  for (size_t kind = 0; kind < kPairReportKindCount; ++kind) {
    out.Counter("pigeonhub_pair_reports_total",
                "Pairs of which a client reported that they are connected, that their attempt "
                "failed, or that they lost each other.",
                Figure(counters.pair_reports[kind]),
                {{"kind", std::string(kPairReportKinds[kind])}});
  }
  out.Histogram("pigeonhub_handshake_answer_seconds", "From a pair's offer to its answer.",
                counters.funnel.offer_to_answer);
}

}  // namespace

void AddHubMetrics(const Counters& counters, size_t max_connections, const EventLog& events,
                   Exposition& out) {
  AddLevels(counters, max_connections, out);
  AddComingAndGoing(counters, out);
  AddSignals(counters, out);
  AddQuestions(counters, out);
  AddFunnel(counters, out);
  out.Counter("pigeonhub_events_total", "Events of this run.",
              static_cast<double>(events.next() - 1));
}

void AddBusMetrics(const Counters& counters, Exposition& out) {
  out.Gauge("pigeonhub_bus_up", "1 while this hub hears itself over a broker.",
            Figure(counters.bus_up));
  out.Gauge("pigeonhub_bus_hubs", "Other hubs that are heard over a broker.",
            Figure(counters.bus_hubs));
  out.Histogram("pigeonhub_bus_echo_seconds", "What a beat of this hub takes to a broker and back.",
                counters.bus_echo);
}

}  // namespace pigeonhub
