// SPDX-License-Identifier: Apache-2.0

#include "server/core/drain_plan.h"

#include <cstdint>
#include <utility>

namespace pigeonhub {

absl::Status DrainPlan::Check(const Drain&) const {
  if (self_.is_stopped()) return absl::FailedPreconditionError("signaling is not running");
  return absl::OkStatus();
}

void DrainPlan::Apply(Turn& turn, const Drain& command) {
  // A later drain must not keep those whom an earlier one closes sooner.
  if (plan_.has_value() && plan_->End() <= turn.now.steady + command.over) return;
  const bool already = self_.serving() == Serving::kDraining;
  self_.set_serving(Serving::kDraining);
  Plan plan;
  plan.started = turn.now.steady;
  plan.over = command.over;
  // Links last, as long as others need them.
  for (bool is_link : {false, true}) {
    for (const auto& [order, peer] : peers_.in_order()) {
      if (peer->link.has_value() == is_link) plan.order.push_back(peer->connection);
    }
  }
  plan_ = std::move(plan);
  if (!already) turn.Emit(DrainStarted{command.over, peers_.size()});
  Continue(turn);
}

absl::Status DrainPlan::Check(const Undrain&) const {
  if (self_.is_stopped()) return absl::FailedPreconditionError("signaling is not running");
  if (self_.serving() == Serving::kDraining) return absl::OkStatus();
  return absl::NotFoundError("no drain is under way");
}

void DrainPlan::Apply(Turn& turn, const Undrain&) {
  self_.set_serving(Serving::kServing);
  Forget();
  turn.Emit(DrainCancelled{});
}

SteadyTime DrainPlan::Plan::NextDue() const {
  // Divided first: a long time times many connections is more than 64 bits hold.
  return started + over / static_cast<int64_t>(order.size()) * static_cast<int64_t>(next + 1);
}

void DrainPlan::Continue(Turn& turn) {
  if (!plan_.has_value()) return;
  while (plan_->next < plan_->order.size()) {
    if (plan_->NextDue() > turn.now.steady) return;
    Peer* peer = peers_.Find(plan_->order[plan_->next++]);
    if (peer != nullptr) contested_.Close(turn, *peer, Reason::kDraining);
  }
}

void DrainPlan::FinishIfEmpty(Turn& turn) {
  if (!plan_.has_value() || plan_->finished || peers_.size() > 0) return;
  plan_->finished = true;
  turn.Emit(DrainFinished{});
}

std::optional<SteadyTime> DrainPlan::NextDeadline() const {
  if (!plan_.has_value() || plan_->finished || plan_->next >= plan_->order.size()) {
    return std::nullopt;
  }
  return plan_->NextDue();
}

}  // namespace pigeonhub
