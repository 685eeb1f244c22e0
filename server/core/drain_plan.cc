// SPDX-License-Identifier: Apache-2.0

#include "server/core/drain_plan.h"

#include <cstdint>
#include <utility>

namespace pigeonhub {

absl::Status DrainPlan::Check(const Drain& command) const {
  if (self_.is_stopped()) return absl::FailedPreconditionError("signaling is not running");
  if (command.attributes.empty() || !plan_.has_value() || IsOf(command.attributes)) {
    return absl::OkStatus();
  }
  return absl::AlreadyExistsError(plan_->attributes.empty() ? "the whole hub drains already"
                                                            : "a drain of other peers is in force");
}

void DrainPlan::Apply(Turn& turn, const Drain& command) {
  // A later drain must not keep those whom an earlier one closes sooner.
  const bool already = IsOf(command.attributes);
  if (already && plan_->End() <= turn.now.steady + command.over) return;
  if (command.attributes.empty()) self_.set_serving(Serving::kDraining);
  self_.set_drained(command.attributes);
  Plan plan;
  plan.attributes = command.attributes;
  plan.started = turn.now.steady;
  plan.over = command.over;
  // Links last, as long as others need them.
  for (bool is_link : {false, true}) {
    for (const auto& [order, peer] : peers_.in_order()) {
      if (peer->link.has_value() != is_link) continue;
      if (!HasAttributes(peer->claims.get(), command.attributes)) continue;
      plan.order.push_back(peer->connection);
    }
  }
  plan_ = std::move(plan);
  if (!already) turn.Emit(DrainStarted{command.over, plan_->order.size(), command.attributes});
  Continue(turn);
}

absl::Status DrainPlan::Check(const Undrain&) const {
  if (self_.is_stopped()) return absl::FailedPreconditionError("signaling is not running");
  if (self_.serving() == Serving::kDraining || plan_.has_value()) return absl::OkStatus();
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
  if (!plan_.has_value() || plan_->finished || !IsEmpty()) return;
  plan_->finished = true;
  turn.Emit(DrainFinished{plan_->attributes});
}

bool DrainPlan::IsEmpty() {
  if (plan_->attributes.empty()) return peers_.size() == 0;
  // Whoever has left by himself need not be waited for.
  while (plan_->next < plan_->order.size() && peers_.Find(plan_->order[plan_->next]) == nullptr) {
    ++plan_->next;
  }
  return plan_->next == plan_->order.size();
}

void DrainPlan::Forget() {
  plan_.reset();
  self_.set_drained({});
}

}  // namespace pigeonhub
