// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "server/core/identity.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/peers/contested/contested_ids.h"
#include "server/core/peers/peer_table.h"
#include "server/core/time.h"
#include "server/core/turn.h"

namespace pigeonhub {

// Closes connections evenly over a time, while newcomers are turned away: all, or those whose
// tokens have some attributes. A second drain of the same may shorten that time, and never makes it
// longer.
class DrainPlan {
 public:
  DrainPlan(Identity& self, PeerTable& peers, ContestedIds& contested)
      : self_(self), peers_(peers), contested_(contested) {}

  absl::Status Check(const Drain& command) const;
  absl::Status Check(const Undrain& command) const;
  void Apply(Turn& turn, const Drain& command);
  void Apply(Turn& turn, const Undrain& command);

  // Closes the connections whose time has come.
  void Continue(Turn& turn);
  // Tells when everybody is gone. At the end of each input.
  void FinishIfEmpty(Turn& turn);
  void Forget();
  // How many connections still have to be closed.
  size_t left() const { return plan_.has_value() ? plan_->order.size() - plan_->next : 0; }
  std::optional<SteadyTime> NextDeadline() const {
    if (!plan_.has_value() || plan_->finished || left() == 0) return std::nullopt;
    return plan_->NextDue();
  }

 private:
  struct Plan {
    SteadyTime started;
    Duration over{};
    TokenAttributes attributes;       // of whom; empty: of all
    std::vector<ConnectionId> order;  // who goes first is first
    size_t next = 0;
    bool finished = false;

    // When the last one goes.
    SteadyTime End() const { return started + over; }
    // Evenly: connection k of n goes after k+1 nth parts of the time. There must be a next one.
    SteadyTime NextDue() const;
  };

  bool IsOf(const TokenAttributes& attributes) const {
    return plan_.has_value() && plan_->attributes == attributes;
  }
  // Whether nobody is left of those that it is for.
  bool IsEmpty();

  Identity& self_;
  PeerTable& peers_;
  ContestedIds& contested_;
  std::optional<Plan> plan_;
};

}  // namespace pigeonhub
