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

// Keeps Ready true to what the hub does. One thread at a time.
class Readiness {
 public:
  // Looks at once. Both outlive this.
  Readiness(HubServer& hub, grpc::HealthCheckServiceInterface& health);

  // Events happened, or a second has passed: a shortage of memory comes and goes without an event.
  void Look();

 private:
  HubServer& hub_;
  grpc::HealthCheckServiceInterface& health_;
  std::optional<bool> last_;
};

}  // namespace pigeonhub
