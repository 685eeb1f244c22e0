// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/core/ids.h"
#include "server/core/mesh/agenda.h"
#include "server/core/mesh/mesh_hub.h"
#include "server/core/mesh/wants.h"
#include "server/core/time.h"

namespace pigeonhub {

// The mesh hubs that this hub talks to, by id and by path, and what they want to hear of. Pointers
// stay valid until Remove.
class MeshHubTable {
 public:
  // News to one hub gather for so long, for each hub there is.
  explicit MeshHubTable(Duration each_gathers = {}) : each_gathers_(each_gathers) {}

  MeshHub& Add(std::unique_ptr<MeshHub> hub) {
    MeshHub& added = *hub;
    added.talk.OnTouched([this, id = added.id] { agenda_.Touch(id); });
    added.talk.Touch();
    by_path_[added.path] = &added;
    by_id_[added.id] = std::move(hub);
    CountHubs();
    return added;
  }
  // No longer found by its id, but still by its path: what is lost with it is told as lost over
  // that path. ForgetPath ends that.
  std::unique_ptr<MeshHub> Remove(const PeerId& id) {
    std::unique_ptr<MeshHub> hub = std::move(by_id_.at(id));
    by_id_.erase(id);
    CountHubs();
    agenda_.Plan(id, std::nullopt);
    wants_.Clear(hub->path);
    memory_ -= hub->memory;
    return hub;
  }
  void ForgetPath(PathId path) { by_path_.erase(path); }
  void Clear() {
    by_path_.clear();
    by_id_.clear();
    CountHubs();
    agenda_ = {};
    wants_ = {};
    memory_ = {};
  }

  // Those that are to be looked at in this input, in the order of their ids; those that became due.
  bool has_touched() const { return agenda_.has_touched(); }
  std::vector<MeshHub*> TakeTouched() { return FindAll(agenda_.TakeTouched()); }
  std::vector<MeshHub*> TakeDue(SteadyTime now) { return FindAll(agenda_.TakeDue(now)); }
  std::optional<SteadyTime> NextDeadline() const { return agenda_.NextDeadline(); }
  // It was looked at: not again until it is touched or due.
  void Settle(MeshHub& hub, SteadyTime now) {
    hub.talk.Settled();
    agenda_.Plan(hub.id, hub.NextDeadline(now));
    memory_ -= hub.memory;
    hub.memory = hub.talk.memory();
    memory_ += hub.memory;
  }
  // How long news to one hub gather, as there are many hubs. Good as long as the table.
  const Duration& gather() const { return gather_; }
  // Of what is to be said to all hubs, when they were last looked at.
  const Conversation::Memory& memory() const { return memory_; }

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

  Wants& wants() { return wants_; }
  const Wants& wants() const { return wants_; }

  bool empty() const { return by_id_.empty(); }
  // In the order of their ids.
  const std::map<PeerId, std::unique_ptr<MeshHub>>& all() const { return by_id_; }

 private:
  void CountHubs() { gather_ = each_gathers_ * by_id_.size(); }
  std::vector<MeshHub*> FindAll(const std::vector<PeerId>& ids) const {
    std::vector<MeshHub*> hubs;
    for (const PeerId& id : ids) {
      if (MeshHub* hub = Find(id)) hubs.push_back(hub);
    }
    return hubs;
  }

  const Duration each_gathers_;
  Duration gather_{};
  Agenda agenda_;
  Wants wants_;
  Conversation::Memory memory_;
  std::map<PeerId, std::unique_ptr<MeshHub>> by_id_;
  absl::flat_hash_map<PathId, MeshHub*> by_path_;
};

}  // namespace pigeonhub
