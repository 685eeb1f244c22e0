// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/hubs/quarantine_list.h"
#include "server/core/ids.h"
#include "server/core/mesh/hub_map.h"
#include "server/core/mesh/mesh_hub.h"
#include "server/core/mesh/mesh_hub_table.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// The mesh hubs that no way leads to any more, though they never said that they leave. For a while
// after this hub gave them up they are shown, and named among those that cannot be asked, so that
// nobody takes what the others say for all.
//
// A hub leaves the list when a way leads to it again. It is not named while it is in quarantine,
// nor once a hub with another id came that could be dialed at its address, whatever became of that.
class LostHubs {
 public:
  static constexpr Duration kRemembered = std::chrono::minutes(15);
  static constexpr size_t kMost = 256;
  static constexpr size_t kMostBytes = size_t{1024} * 1024;
  static constexpr size_t kMostNeighbors = 256;  // of one hub

  LostHubs(const HubMap& map, const MeshHubTable& mesh_hubs, const QuarantineList& quarantined)
      : map_(map), mesh_hubs_(mesh_hubs), quarantined_(quarantined) {}

  // The hub, which no way leads to, is about to be given up, and did not end in order.
  void Note(SteadyTime now, const MeshHub& hub);
  // A way leads there again.
  void Forget(const PeerId& hub);
  // The hub is about to be given up: those that were lost at its address before it came are not
  // waited for either.
  void ForgetThoseBefore(const MeshHub& hub);
  void OnTick(SteadyTime now);
  std::optional<SteadyTime> NextDeadline() const {
    return given_up_.empty() ? std::nullopt : std::optional(given_up_.front().until);
  }

  // All of them, in the order of their ids, with those that are still waited for.
  std::vector<TopologyRecord::LostHub> All() const;
  // Those that were given up.
  std::vector<PeerId> GivenUp() const;
  bool IsGivenUp(const PeerId& hub) const;
  // Memory that they take.
  size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    TopologyRecord::LostHub hub;
    SteadyTime since;  // no way leads to it
    SteadyTime until;  // it is remembered
    // What it took when it was noted: texts keep the memory of longer ones when entries move up.
    size_t bytes = 0;
  };

  // What the map says of it still.
  Entry Describe(const MeshHub& hub) const;
  bool IsNamed(const Entry& lost) const;
  // Whether the hub came after the other one was lost, and says the same address.
  bool CameInPlaceOf(const Entry& lost, const MeshHub& hub) const;
  void ForgetOldest();

  const HubMap& map_;
  const MeshHubTable& mesh_hubs_;
  const QuarantineList& quarantined_;
  std::deque<Entry> given_up_;  // the oldest first
  size_t bytes_ = 0;
};

}  // namespace pigeonhub
