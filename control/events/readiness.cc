// SPDX-License-Identifier: Apache-2.0

#include "control/events/readiness.h"

#include <grpcpp/health_check_service_interface.h>

namespace pigeonhub {

Readiness::Readiness(HubServer& hub, grpc::HealthCheckServiceInterface& health)
    : hub_(hub), health_(health) {
  health_.SetServingStatus(kLiveName, true);
  Look();
}

void Readiness::Look() {
  const HubStats stats = hub_.GetStats().hub;
  const bool ready = stats.serving == Serving::kServing && stats.turning_away == Reason::kCount;
  // The health service sends every status to its watchers, even if it has not changed. So only
  // changes go to it.
  if (last_ == ready) return;
  health_.SetServingStatus(kReadyName, ready);
  last_ = ready;
}

}  // namespace pigeonhub
