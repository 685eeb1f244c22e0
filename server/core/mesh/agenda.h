// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub {

// Which mesh hubs there is something to do for: those that this input touched, and those whose time
// has come. So no input takes time for each hub there is.
class Agenda {
 public:
  void Touch(const PeerId& hub) { touched_.push_back(hub); }
  bool has_touched() const { return !touched_.empty(); }
  // Those that were touched since the last call, each once, in the order of their ids.
  std::vector<PeerId> TakeTouched() {
    std::vector<PeerId> touched = std::exchange(touched_, {});
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    return touched;
  }

  // When the hub's time comes; empty: never.
  void Plan(const PeerId& hub, const std::optional<SteadyTime>& at) {
    const auto planned = planned_.find(hub);
    if (planned != planned_.end()) {
      if (at == planned->second) return;
      due_.erase({planned->second, hub});
      planned_.erase(planned);
    }
    if (!at.has_value()) return;
    due_.insert({*at, hub});
    planned_[hub] = *at;
  }
  // Those whose time has come, in the order of the times. None is planned any more.
  std::vector<PeerId> TakeDue(SteadyTime now) {
    std::vector<PeerId> due;
    while (!due_.empty() && due_.begin()->first <= now) {
      due.push_back(due_.begin()->second);
      Plan(due.back(), std::nullopt);
    }
    return due;
  }
  std::optional<SteadyTime> NextDeadline() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
  }

 private:
  std::vector<PeerId> touched_;
  absl::btree_set<std::pair<SteadyTime, PeerId>> due_;
  absl::flat_hash_map<PeerId, SteadyTime> planned_;
};

}  // namespace pigeonhub
