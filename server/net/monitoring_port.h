// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/net/http/monitoring_routes.h"
#include "server/net/listen/bound_address.h"
#include "server/runtime/log.h"

namespace pigeonhub::net {

// The MonitoringRoutes on a port of their own (--metrics-listen). Peers cannot reach them there,
// and they answer even while signaling is stopped. One thread serves the port.
//
// A request has 5 s to come, and a connection that is kept may wait 20 s for the next request.
// There are at most 64 connections. If all are taken, or descriptors are short, a newcomer takes
// the place of the connection that has been silent for longest.
class MonitoringPort {
 public:
  // `routes` and `log` outlive this.
  MonitoringPort(const MonitoringRoutes& routes, Log& log);
  ~MonitoringPort();

  // Binds exclusively; see DataPlane::Listen. Call it until it succeeds, and then no more.
  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports = 0);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
