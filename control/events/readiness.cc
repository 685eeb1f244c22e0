// SPDX-License-Identifier: Apache-2.0

#include "control/events/readiness.h"

#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <optional>

#include "server/runtime/event_log.h"

namespace pigeonhub {
namespace {

// While many events happen, it looks only so often.
constexpr auto kBreath = std::chrono::milliseconds(20);
// Without an event it looks so often: a shortage of memory comes and goes without one.
constexpr auto kPause = std::chrono::seconds(1);

}  // namespace

Readiness::Readiness(HubServer& hub, grpc::HealthCheckServiceInterface& health) {
  health.SetServingStatus(kLiveName, true);
  auto look = [&hub, &health, told = std::optional<bool>()]() mutable {
    const HubStats stats = hub.GetStats().hub;
    const bool ready = stats.serving == Serving::kServing && stats.turning_away == Reason::kCount;
    // The health service passes on to its watchers whatever it is told, news or not.
    if (told == ready) return;
    health.SetServingStatus(kReadyName, ready);
    told = ready;
  };
  look();
  thread_ = std::jthread([&hub, look](std::stop_token stop) mutable {
    // What happened before the first look is looked at again; nothing falls in between.
    uint64_t seen = hub.events().oldest();
    while (!stop.stop_requested()) {
      hub.events().WaitFor(seen, kPause, stop);
      seen = hub.events().next();
      look();
      std::this_thread::sleep_for(kBreath);
    }
  });
}

}  // namespace pigeonhub
