// SPDX-License-Identifier: Apache-2.0

#include "server/core/lifecycle.h"

namespace pigeonhub {

absl::Status Lifecycle::Check(const StartSignaling&) const {
  if (self_.is_stopped()) return absl::OkStatus();
  return absl::FailedPreconditionError("signaling is already running");
}

void Lifecycle::Apply(Turn& turn, const StartSignaling& command) {
  self_.set_serving(Serving::kServing);
  self_.ListenAt(command);
  turn.Emit(Started{command.host, command.port});
  bootstrap_hubs_.Start(turn);
}

absl::Status Lifecycle::Check(const StopSignaling&) const {
  if (!self_.is_stopped()) return absl::OkStatus();
  return absl::FailedPreconditionError("signaling is not running");
}

void Lifecycle::Apply(Turn& turn, const StopSignaling&) {
  self_.set_serving(Serving::kStopped);
  drain_.Forget();
  frames_.SayEnd(turn);
  connections_.RemoveAll(turn, Reason::kServerShutdown);
  newcomers_.RefuseAll(turn, Reason::kServerShutdown);
  contested_.Forget();
  links_.Clear();
  frames_.Forget();
  remote_ = {};
  namespaces_ = {};
  dialing_.StopAll(turn);
  cleanup_.Cancel();
  turn.EndBursts(SteadyTime::max());
  turn.Emit(Stopped{});
}

}  // namespace pigeonhub
