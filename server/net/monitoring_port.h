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

// The MonitoringRoutes on a port of their own (--metrics-listen), where peers cannot ask for them
// and which answers while signaling is stopped. One thread. A request has 5 s, a connection that is
// kept for another one waits 20 s for it. There are at most 64 connections; when they are taken, or
// descriptors are short, the one that has been silent for longest makes room for a newcomer.
class MonitoringPort {
 public:
  // Both outlive this.
  MonitoringPort(const MonitoringRoutes& routes, Log& log);
  ~MonitoringPort();

  // Binds exclusively; see DataPlane::Listen. Once.
  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
