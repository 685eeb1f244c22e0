// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "pigeonhub/v1/mesh_service.pb.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kShortId = 12;

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
  for (const v1::TopologyHub& hub : mesh.hubs()) {
    std::string capabilities;
    for (const std::string& each : hub.capabilities()) {
      capabilities += (capabilities.empty() ? "" : ",") + each;
    }
    table.rows.push_back({hub.peer_id(), OrDash(hub.region()), HopsCell(hub), hub.peers(),
                          OrDash(hub.url()), OrDash(capabilities),
                          hub.self() || hub.speaks_mesh() ? "mesh" : "reference",
                          hub.has_peers_time() ? AgeText(hub.peers_time(), now) : "now"});
  }
  return table;
}

// Draws the mesh as a tree. The answering hub is the root, and each hub stands below the first hub
// that leads to it. Then follow the links that close circles, and the hubs to which no way is
// known.
class Drawing {
 public:
  explicit Drawing(const v1::GetTopologyResponse& mesh) {
    for (const v1::TopologyHub& hub : mesh.hubs()) hubs_[hub.peer_id()] = &hub;
    for (const v1::TopologyEdge& edge : mesh.edges()) {
      neighbors_[edge.peer_id()].insert(edge.other_peer_id());
      neighbors_[edge.other_peer_id()].insert(edge.peer_id());
    }
    if (mesh.hubs().empty()) return;
    Plant(mesh.hubs(0).peer_id());
    lines_.push_back(Label(mesh.hubs(0).peer_id()));
    Draw(mesh.hubs(0).peer_id(), "");
    for (const v1::TopologyEdge& edge : mesh.edges()) {
      const bool drawn = Leads(edge.peer_id(), edge.other_peer_id()) ||
                         Leads(edge.other_peer_id(), edge.peer_id());
      if (!drawn) {
        lines_.push_back("also linked: " + Short(edge.peer_id()) + " - " +
                         Short(edge.other_peer_id()));
      }
    }
    for (const v1::TopologyHub& hub : mesh.hubs()) {
      if (!placed_.contains(hub.peer_id())) {
        lines_.push_back("no way known: " + Label(hub.peer_id()));
      }
    }
  }

  // The lines contain what other hubs say about themselves, unchanged.
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  static std::string Short(const std::string& id) { return id.substr(0, kShortId); }

  std::string Label(const std::string& id) const {
    std::string label = Short(id);
    const auto found = hubs_.find(id);
    if (found == hubs_.end()) return label;
    const v1::TopologyHub& hub = *found->second;
    if (!hub.region().empty()) label += " " + hub.region();
    label += ", " + std::to_string(hub.peers()) + (hub.peers() == 1 ? " peer" : " peers");
    if (hub.self()) label += ", this hub";
    return label;
  }

  // Breadth first, so that each hub is as near to the root as possible.
  void Plant(const std::string& root) {
    std::vector<std::string> next = {root};
    placed_.insert(root);
    for (size_t i = 0; i < next.size(); ++i) {
      const std::string hub = next[i];
      for (const std::string& other : neighbors_[hub]) {
        if (!placed_.insert(other).second) continue;
        children_[hub].push_back(other);
        next.push_back(other);
      }
    }
  }

  void Draw(const std::string& hub, const std::string& indent) {
    const std::vector<std::string>& children = children_[hub];
    for (const std::string& child : children) {
      const bool last = child == children.back();
      lines_.push_back(indent + (last ? "`-- " : "|-- ") + Label(child));
      Draw(child, indent + (last ? "    " : "|   "));
    }
  }

  bool Leads(const std::string& from, const std::string& to) const {
    const auto found = children_.find(from);
    return found != children_.end() &&
           std::find(found->second.begin(), found->second.end(), to) != found->second.end();
  }

  std::map<std::string, const v1::TopologyHub*> hubs_;
  std::map<std::string, std::set<std::string>> neighbors_;
  std::map<std::string, std::vector<std::string>> children_;
  std::set<std::string> placed_;
  std::vector<std::string> lines_;
};

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
    const Drawing drawing(mesh);
    for (const std::string& line : drawing.lines()) table.rows.emplace_back().push_back(line);
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
