// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <utility>
#include <vector>

#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "pigeonhub/token_claims.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "server/base/duration.h"

namespace pigeonhub::cli {
namespace {

std::string Address(const v1::GetStatsResponse& stats) {
  return stats.port() == 0 ? "-" : stats.host() + ':' + std::to_string(stats.port());
}

// "44MiB of at most 512MiB"
std::string MemoryText(const v1::Resources& resources) {
  if (resources.resident_bytes() == 0) return "-";
  const std::string used = SizeText(resources.resident_bytes());
  if (resources.memory_limit_bytes() == 0) return used;
  return used + " of at most " + SizeText(resources.memory_limit_bytes());
}

// What the memory is for.
Table MemoryTable(const v1::Resources& resources) {
  Table table{{{.title = "MEMORY FOR"}, {.title = "SIZE"}}, {}};
  const auto add = [&](const char* what, int64_t bytes) {
    table.rows.push_back({what, SizeText(bytes)});
  };
  add("queues towards peers", resources.queue_bytes());
  add("messages that are not complete", resources.message_bytes());
  add("announces", resources.announced_bytes());
  add("queues towards hubs", resources.link_bytes());
  add("peers of other hubs", resources.remote_bytes());
  add("history of pairs", resources.history_bytes());
  return table;
}

// "p99 1.2ms, max 40ms"
std::string LagText(const v1::Resources& resources) {
  return "p99 " + MeasuredDuration(ToChrono(resources.loop_lag_p99())) + ", at most " +
         MeasuredDuration(ToChrono(resources.loop_lag_max()));
}

std::string DescriptorsText(const v1::Resources& resources) {
  const std::string open = std::to_string(resources.open_descriptors());
  if (resources.max_descriptors() == 0) return open;
  return open + " of at most " + std::to_string(resources.max_descriptors());
}

// How far pairs of peers got with each other: "11 offered, 10 answered, 9 connected"
std::string HandshakesText(const v1::TrafficCounts& traffic) {
  return std::to_string(traffic.handshakes_offered()) + " offered, " +
         std::to_string(traffic.handshakes_answered()) + " answered, " +
         std::to_string(traffic.handshakes_connected()) + " connected";
}

// What each hub said, where several were asked.
Table HubsTable(const v1::GetStatsResponse& stats) {
  Table table{{{.title = "AT HUB"},
               {.title = "STATE"},
               {.title = "CONNECTIONS", .right = true},
               {.title = "PEERS", .right = true},
               {.title = "NAMESPACES", .right = true},
               {.title = "UPTIME"}},
              {}};
  for (const v1::GetStatsResponse& hub : stats.per_hub()) {
    table.rows.push_back({hub.hub_id(), StateCell(hub.serving_state()), hub.connections(),
                          hub.peers(), hub.namespaces(), RoughDuration(ToChrono(hub.uptime()))});
  }
  return table;
}

absl::StatusOr<ExitCode> ServerStats(Session& session, const Arguments&) {
  v1::GetStatsResponse stats;
  if (auto status = session.Call(v1::GetStatsRequest(), stats); !status.ok()) return status;

  Answer answer{.message = &stats, .items = {&stats}, .names = {stats.hub_peer_id()}};
  const v1::TrafficCounts& traffic = stats.traffic();
  std::vector<std::pair<std::string, Cell>> facts{
      {"State", StateCell(stats.serving_state())},
      {"Address", Address(stats)},
      {"Uptime", RoughDuration(ToChrono(stats.uptime()))},
      {"Hub", stats.is_hub() ? "yes" : "no"},
      {"Hub peer id", OrDash(stats.hub_peer_id())},
      {"Hub mesh namespace", stats.hub_mesh_namespace()},
      {"Connections", std::to_string(stats.connections()) + " of at most " +
                          std::to_string(stats.max_connections())},
      {"Peers", stats.peers()},
      {"Hubs", stats.hubs()},
      {"Namespaces", stats.namespaces()},
      {"Remote peers", stats.remote_peers()},
      {"Connections opened", traffic.connections_opened()},
      {"Announces", traffic.announces()},
      {"Goodbyes", traffic.goodbyes()},
      {"Discoveries sent", traffic.discoveries_sent()},
      {"Signals delivered", traffic.signals_delivered()},
      {"Signals relayed", traffic.signals_relayed()},
      {"Handshakes", HandshakesText(traffic)},
      {"Pairs connected", traffic.pairs_connected()}};
  if (stats.has_resources()) {  // a hub of an older version says nothing of them
    facts.insert(facts.begin() + 11, {{"Memory", MemoryText(stats.resources())},
                                      {"Descriptors", DescriptorsText(stats.resources())},
                                      {"Loop lag", LagText(stats.resources())}});
  }
  if (stats.turning_away() != v1::REASON_UNSPECIFIED) {
    facts.insert(
        facts.begin() + 1,
        {"Newcomers", Cell("turned away: " + ReasonText(stats.turning_away()), Tone::kBad)});
  }
  if (!stats.drained_attributes().empty()) {
    const auto& attributes = stats.drained_attributes();
    facts.insert(facts.begin() + 1,
                 {"Drained of", AttributesText({attributes.begin(), attributes.end()})});
  }
  answer.tables = {Facts(std::move(facts))};
  if (stats.has_resources()) answer.tables.push_back(MemoryTable(stats.resources()));
  if (!traffic.reasons().empty()) answer.tables.push_back(ReasonTable(traffic.reasons()));
  if (!stats.per_hub().empty()) {
    answer.names.clear();
    for (const auto& hub : stats.per_hub()) answer.names.push_back(hub.hub_id());
    answer.tables.push_back(HubsTable(stats));
  }
  session.Print(answer);
  return ExitCode::kOk;
}

}  // namespace

Command StatsCommand() {
  return {.name = "stats",
          .summary = "Show how many connections, peers, hubs and signals there are",
          .details =
              "Traffic counts from the start of the process, and the lag of I/O loops is that "
              "of the last minute. The name is the hub's peer id.",
          .examples = {"pigeonctl stats", "pigeonctl stats -o json | jq -r .peers"},
          .run = ServerStats};
}

}  // namespace pigeonhub::cli
