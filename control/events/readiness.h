// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "pigeonhub/hub_server.h"

namespace grpc {
class HealthCheckServiceInterface;
}  // namespace grpc

namespace pigeonhub {

// Names that grpc.health.v1 answers for besides the services. Live: the process runs. Ready: peers
// are welcome. It is false while signaling is stopped or drains, and while a limit turns every
// newcomer away. A load balancer asks for Ready. A supervisor that restarts a process that hangs
// asks for Live, because a hub that drains or has lost a neighbor must not be killed.
inline constexpr char kReadyName[] = "pigeonhub.v1.Ready";
inline constexpr char kLiveName[] = "pigeonhub.v1.Live";

// Sets Ready according to the state of the hub. Not thread-safe.
class Readiness {
 public:
  // Sets Ready at once. Both arguments outlive this.
  Readiness(HubServer& hub, grpc::HealthCheckServiceInterface& health);

  // Call it after events, and once a second: a shortage of memory begins and ends without an event.
  void Look();

 private:
  HubServer& hub_;
  grpc::HealthCheckServiceInterface& health_;
  std::optional<bool> last_;
};

}  // namespace pigeonhub
