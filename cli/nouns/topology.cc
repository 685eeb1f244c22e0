// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <set>
#include <string>
#include <utility>

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

// Islands: hubs that no way leads to any more.
Table LostTable(const v1::GetTopologyResponse& mesh, std::chrono::system_clock::time_point now) {
  Table table{{{.title = "LOST HUB ID"},
               {.title = "REGION"},
               {.title = "PEERS"},
               {.title = "NO WAY FOR"},
               {.title = "URL", .shrinks = true}},
              {}};
  for (const v1::LostHub& hub : mesh.lost_hubs()) {
    table.rows.push_back({hub.peer_id(), OrDash(hub.region()), hub.peers(),
                          AgeText(hub.lost_time(), now), OrDash(hub.url())});
  }
  return table;
}

// What one hub sees, with what others know besides: each hub and each link once. How far away those
// are the one does not know.
v1::GetTopologyResponse Merged(v1::GetTopologyResponse mesh, const v1::GetTopologyResponse& all) {
  std::set<std::string> hubs;
  for (const v1::TopologyHub& hub : mesh.hubs()) hubs.insert(hub.peer_id());
  for (const v1::TopologyHub& hub : all.hubs()) {
    if (!hubs.insert(hub.peer_id()).second) continue;
    v1::TopologyHub& added = *mesh.add_hubs();
    added = hub;
    added.set_self(false);
    added.set_hops(0);
  }
  // What one hub lost, another may have still.
  google::protobuf::RepeatedPtrField<v1::LostHub> lost;
  lost.Swap(mesh.mutable_lost_hubs());
  lost.MergeFrom(all.lost_hubs());
  for (const v1::LostHub& hub : lost) {
    if (hubs.insert(hub.peer_id()).second) *mesh.add_lost_hubs() = hub;
  }
  std::set<std::pair<std::string, std::string>> links;
  const auto is_new = [&](const v1::TopologyEdge& edge) {
    return links.insert(std::minmax(edge.peer_id(), edge.other_peer_id())).second;
  };
  for (const v1::TopologyEdge& edge : mesh.edges()) is_new(edge);
  for (const v1::TopologyEdge& edge : all.edges()) {
    if (is_new(edge)) *mesh.add_edges() = edge;
  }
  return mesh;
}

absl::StatusOr<ExitCode> ShowTopology(Session& session, const Arguments& arguments) {
  const auto hub = session.client();
  if (!hub.ok()) return hub.status();
  v1::GetTopologyRequest request;
  v1::GetTopologyResponse asked;
  v1::GetTopologyResponse mesh;
  if ((*hub)->means_all_hubs()) {
    // The answers of all do not say which of them is that of the hub that is called.
    (*hub)->set_hub({});
    const absl::Status status = (*hub)->Call(request, mesh);
    (*hub)->set_hub(std::string(kAllHubs));
    if (!status.ok()) return status;
  }
  if (const auto status = (*hub)->Call(request, asked); !status.ok()) return status;
  mesh = (*hub)->means_all_hubs() ? Merged(std::move(mesh), asked) : asked;
  Answer answer{.message = &asked, .items = {&asked}};
  for (const v1::TopologyHub& hub : mesh.hubs()) answer.names.push_back(hub.peer_id());
  const auto now = session.environment().now();
  if (arguments.has("draw")) {
    // A sentence has one line only, so each line of the drawing is a row of a table.
    Table table{{{}}, {}};
    for (const std::string& line : DrawTopology(mesh, now))
      table.rows.emplace_back().push_back(line);
    answer.tables = {std::move(table)};
  } else {
    answer.tables = {TopologyTable(mesh, now)};
    if (!mesh.lost_hubs().empty()) answer.tables.push_back(LostTable(mesh, now));
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
          .run = ShowTopology};
}

}  // namespace pigeonhub::cli
