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

absl::StatusOr<ExitCode> Stats(Session& session, const Arguments&) {
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
      {"Pairs connected", traffic.pairs_connected()}};
  if (!stats.drained_attributes().empty()) {
    const auto& attributes = stats.drained_attributes();
    facts.insert(facts.begin() + 1,
                 {"Drained of", AttributesText({attributes.begin(), attributes.end()})});
  }
  answer.tables = {Facts(std::move(facts))};
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
          .details = "Traffic counts from the start of the process. The name is the hub's peer id.",
          .examples = {"pigeonctl stats", "pigeonctl stats -o json | jq -r .peers"},
          .run = Stats};
}

}  // namespace pigeonhub::cli
