// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/core/ids.h"
#include "server/core/mesh/mesh_hub.h"

namespace pigeonhub {

// The mesh hubs that this hub talks to, by id and by path. Pointers stay valid until Remove.
class MeshHubTable {
 public:
  MeshHub& Add(std::unique_ptr<MeshHub> hub) {
    MeshHub& added = *hub;
    by_path_[added.path] = &added;
    by_id_[added.id] = std::move(hub);
    return added;
  }
  // No longer found by its id, but still by its path: what is lost with it is told as lost over
  // that path. ForgetPath ends that.
  std::unique_ptr<MeshHub> Remove(const PeerId& id) {
    std::unique_ptr<MeshHub> hub = std::move(by_id_.at(id));
    by_id_.erase(id);
    return hub;
  }
  void ForgetPath(PathId path) { by_path_.erase(path); }
  void Clear() {
    by_path_.clear();
    by_id_.clear();
  }

  MeshHub* Find(const PeerId& id) const {
    const auto it = by_id_.find(id);
    return it == by_id_.end() ? nullptr : it->second.get();
  }
  // The one that `path` leads to; null if the path is a link.
  MeshHub* On(PathId path) const {
    const auto it = by_path_.find(path);
    return it == by_path_.end() ? nullptr : it->second;
  }
  // True for the path of a link to a reference hub.
  bool IsReferencePath(PathId path) const { return !by_path_.contains(path); }

  bool empty() const { return by_id_.empty(); }
  // In the order of their ids.
  const std::map<PeerId, std::unique_ptr<MeshHub>>& all() const { return by_id_; }

 private:
  std::map<PeerId, std::unique_ptr<MeshHub>> by_id_;
  absl::flat_hash_map<PathId, MeshHub*> by_path_;
};

}  // namespace pigeonhub
