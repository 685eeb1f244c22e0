// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/time.h"

namespace pigeonhub {

// Decides which signals are shown to those who watch them. First comes the filter, then the sample:
//
//   a filter by peer        shows every signal of that peer, to it and from it
//   a filter by namespace   shows at most kNetworkPerSecond of that namespace
//   no filter               shows at most kAllPerSecond of all
//
// Costs a signal three look-ups, however many watch, and none while nobody does. Those that a
// filter lets through do not pass beside others (QuietSignals).
class SignalWatch {
 public:
  static constexpr size_t kNetworkPerSecond = 500;
  static constexpr size_t kAllPerSecond = 100;

  // What is watched from now on.
  void Watch(const std::vector<SignalFilter>& filters);
  // Whether a filter lets signals of this peer through, shown or not.
  bool Covers(const PeerId& peer, std::string_view network) const;
  bool any() const { return !peers_.empty() || !networks_.empty() || all_.has_value(); }
  // True if this signal is to be shown. `target` is empty where it is no peer's id.
  bool Shows(SteadyTime now, const PeerId& from, const std::optional<PeerId>& target,
             std::string_view network);

 private:
  // At most so many in a second.
  struct Sample {
    bool Admit(SteadyTime now, size_t per_second);
    SteadyTime second;  // when it began
    size_t shown = 0;
    bool began = false;
  };

  absl::flat_hash_set<PeerId> peers_;
  absl::flat_hash_map<std::string, Sample> networks_;
  std::optional<Sample> all_;
};

}  // namespace pigeonhub
