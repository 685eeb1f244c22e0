// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/topology_drawing.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "cli/nouns/message_cells.h"
#include "proto/values/message_values.h"

namespace pigeonhub::cli {
namespace {

// A hub by its id, or a bus by its name, which is the id of a hub, too.
struct TreePlace {
  bool is_bus = false;
  std::string id;
  friend auto operator<=>(const TreePlace&, const TreePlace&) = default;
};

class TreeDrawing {
 public:
  TreeDrawing(const v1::GetTopologyResponse& mesh, std::chrono::system_clock::time_point now)
      : mesh_(mesh) {
    for (const v1::TopologyHub& hub : mesh.hubs()) {
      hubs_[hub.peer_id()] = &hub;
      if (!hub.bus().empty()) Link({.id = hub.peer_id()}, {.is_bus = true, .id = hub.bus()});
    }
    for (const v1::TopologyEdge& edge : mesh.edges()) {
      Link({.id = edge.peer_id()}, {.id = edge.other_peer_id()});
    }
    if (mesh.hubs().empty()) return;
    const TreePlace root{.id = mesh.hubs(0).peer_id()};
    Plant(root);
    lines_.push_back(Label(root));
    Draw(root, "");
    DrawCircles();
    for (const v1::TopologyHub& hub : mesh.hubs()) {
      const TreePlace place{.id = hub.peer_id()};
      if (!placed_.contains(place)) lines_.push_back("no way known: " + Label(place));
    }
    DrawIslands(now);
  }

  std::vector<std::string> lines() && { return std::move(lines_); }

 private:
  void Link(const TreePlace& one, const TreePlace& other) {
    neighbors_[one].insert(other);
    neighbors_[other].insert(one);
  }

  std::string Label(const TreePlace& place) const {
    std::string label = ShortId(place.id);
    if (place.is_bus) return "===== bus " + label + " =====";
    if (const auto lost = lost_.find(place.id); lost != lost_.end()) {
      return label + Facts(*lost->second);
    }
    const auto found = hubs_.find(place.id);
    if (found == hubs_.end()) return label;
    label += Facts(*found->second);
    if (found->second->self()) label += ", this hub";
    return label;
  }

  template <typename Hub>
  static std::string Facts(const Hub& hub) {
    return (hub.region().empty() ? "" : " " + hub.region()) + ", " + std::to_string(hub.peers()) +
           (hub.peers() == 1 ? " peer" : " peers");
  }

  // Hubs that no way leads to any more, each with those that it is likely to be linked to still:
  // each of two names the other.
  void DrawIslands(std::chrono::system_clock::time_point now) {
    for (const v1::LostHub& hub : mesh_.lost_hubs()) {
      if (!placed_.contains({.id = hub.peer_id()})) lost_[hub.peer_id()] = &hub;
    }
    std::vector<std::pair<TreePlace, TreePlace>> links;
    for (const auto& [id, hub] : lost_) {
      for (const std::string& neighbor : hub->neighbors()) {
        if (id < neighbor && IsLostNextTo(neighbor, id)) {
          links.push_back({{.id = id}, {.id = neighbor}});
        }
      }
    }
    for (const auto& [one, other] : links) Link(one, other);
    for (const auto& [id, hub] : lost_) {
      const TreePlace place{.id = id};
      if (placed_.contains(place)) continue;
      Plant(place);
      lines_.push_back("no way leads there since " + AgeText(hub->lost_time(), now) + ": " +
                       Label(place));
      Draw(place, "");
    }
    for (const auto& [one, other] : links) {
      if (!IsDrawn(one, other)) {
        lines_.push_back("also linked: " + ShortId(one.id) + " - " + ShortId(other.id));
      }
    }
  }

  bool IsLostNextTo(const std::string& id, const std::string& other) const {
    const auto found = lost_.find(id);
    if (found == lost_.end()) return false;
    const auto& neighbors = found->second->neighbors();
    return std::find(neighbors.begin(), neighbors.end(), other) != neighbors.end();
  }

  // Breadth first, so that each hub is as near to the root as possible. Hubs on a bus stand below
  // its bar, whatever links there are between them besides.
  void Plant(const TreePlace& root) {
    placed_.insert(root);
    std::vector<TreePlace> next = {root};
    for (size_t i = 0; i < next.size(); ++i) {
      const TreePlace place = next[i];
      for (const TreePlace& bus : PlantBelow(place, /*buses=*/true)) {
        for (const TreePlace& hub : PlantBelow(bus, false)) next.push_back(hub);
      }
      for (const TreePlace& hub : PlantBelow(place, false)) next.push_back(hub);
    }
  }

  // Those of its neighbors that are buses, or hubs, and stand nowhere yet.
  std::vector<TreePlace> PlantBelow(const TreePlace& place, bool buses) {
    std::vector<TreePlace> planted;
    for (const TreePlace& other : neighbors_[place]) {
      if (other.is_bus == buses && placed_.insert(other).second) planted.push_back(other);
    }
    std::vector<TreePlace>& children = children_[place];
    children.insert(children.end(), planted.begin(), planted.end());
    return planted;
  }

  void Draw(const TreePlace& place, const std::string& indent) {
    const std::vector<TreePlace>& children = children_[place];
    for (const TreePlace& child : children) {
      const bool last = child == children.back();
      lines_.push_back(indent + (last ? "`-- " : "|-- ") + Label(child));
      Draw(child, indent + (last ? "    " : "|   "));
    }
  }

  bool IsDrawn(const TreePlace& one, const TreePlace& other) const {
    return Leads(one, other) || Leads(other, one);
  }

  bool Leads(const TreePlace& from, const TreePlace& to) const {
    const auto found = children_.find(from);
    return found != children_.end() &&
           std::find(found->second.begin(), found->second.end(), to) != found->second.end();
  }

  // What is linked and does not stand below each other.
  void DrawCircles() {
    for (const v1::TopologyEdge& edge : mesh_.edges()) {
      if (IsDrawn({.id = edge.peer_id()}, {.id = edge.other_peer_id()})) continue;
      lines_.push_back("also linked: " + ShortId(edge.peer_id()) + " - " +
                       ShortId(edge.other_peer_id()));
    }
    for (const v1::TopologyHub& hub : mesh_.hubs()) {
      if (!hub.bus().empty() &&
          !IsDrawn({.id = hub.peer_id()}, {.is_bus = true, .id = hub.bus()})) {
        lines_.push_back("also on bus " + ShortId(hub.bus()) + ": " + ShortId(hub.peer_id()));
      }
      for (const std::string& unheard : hub.bus_unheard()) {
        lines_.push_back("not heard on bus " + ShortId(hub.bus()) + ": " + ShortId(unheard) +
                         " by " + ShortId(hub.peer_id()));
      }
    }
  }

  const v1::GetTopologyResponse& mesh_;
  std::map<std::string, const v1::TopologyHub*> hubs_;
  std::map<std::string, const v1::LostHub*> lost_;
  std::map<TreePlace, std::set<TreePlace>> neighbors_;
  std::map<TreePlace, std::vector<TreePlace>> children_;
  std::set<TreePlace> placed_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> DrawTopology(const v1::GetTopologyResponse& mesh,
                                      std::chrono::system_clock::time_point now) {
  return TreeDrawing(mesh, now).lines();
}

}  // namespace pigeonhub::cli
