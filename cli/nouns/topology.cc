// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>

#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/nouns/topology_drawing.h"
#include "pigeonhub/v1/mesh_service.pb.h"

namespace pigeonhub::cli {
namespace {

Cell HopsCell(const v1::TopologyHub& hub) {
  if (hub.self()) return "this";
  // The answering hub knows no way to it.
  if (hub.hops() == 0) return "-";
  return int64_t{hub.hops()};
}

Table TopologyTable(const v1::GetTopologyResponse& mesh,
                    std::chrono::system_clock::time_point now) {
  Table table{{{.title = "HUB ID"},
               {.title = "REGION"},
               {.title = "HOPS"},
               {.title = "PEERS"},
               {.title = "URL", .shrinks = true},
               {.title = "CAPABILITIES", .wide_only = true},
               {.title = "PROTOCOL", .wide_only = true},
               {.title = "PEERS TOLD", .wide_only = true}},
              {}};
  const bool has_bus = std::any_of(mesh.hubs().begin(), mesh.hubs().end(),
                                   [](const v1::TopologyHub& hub) { return !hub.bus().empty(); });
  if (has_bus) table.columns.push_back({.title = "BUS"});
  for (const v1::TopologyHub& hub : mesh.hubs()) {
    std::string capabilities;
    for (const std::string& each : hub.capabilities()) {
      capabilities += (capabilities.empty() ? "" : ",") + each;
    }
    table.rows.push_back({hub.peer_id(), OrDash(hub.region()), HopsCell(hub), hub.peers(),
                          OrDash(hub.url()), OrDash(capabilities),
                          hub.self() || hub.speaks_mesh() ? "mesh" : "reference",
                          hub.has_peers_time() ? AgeText(hub.peers_time(), now) : "now"});
    if (has_bus) table.rows.back().push_back(OrDash(ShortId(hub.bus())));
  }
  return table;
}

absl::StatusOr<ExitCode> Show(Session& session, const Arguments& arguments) {
  v1::GetTopologyResponse mesh;
  if (const auto status = session.Call(v1::GetTopologyRequest(), mesh); !status.ok()) {
    return status;
  }
  Answer answer{.message = &mesh, .items = {&mesh}};
  for (const v1::TopologyHub& hub : mesh.hubs()) answer.names.push_back(hub.peer_id());
  if (arguments.has("draw")) {
    // A sentence has one line only, so each line of the drawing is a row of a table.
    Table table{{{}}, {}};
    for (const std::string& line : DrawTopology(mesh)) table.rows.emplace_back().push_back(line);
    answer.tables = {std::move(table)};
  } else {
    answer.tables = {TopologyTable(mesh, session.environment().now())};
  }
  session.Print(answer);
  return ExitCode::kOk;
}

}  // namespace

Command TopologyCommand() {
  return {.name = "topology",
          .summary = "Show the hubs of the mesh and how they are linked, as this hub sees it",
          .examples = {"pigeonctl topology", "pigeonctl topology --draw"},
          .flags = {Switch("draw", "Draw the links as a tree instead of a table")},
          .run = Show};
}

}  // namespace pigeonhub::cli
