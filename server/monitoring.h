// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/hub_server.h"
#include "server/core/counters.h"
#include "server/net/http/monitoring_routes.h"
#include "server/net/listen/listening_sockets.h"
#include "server/net/monitoring_port.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Where machines that watch over the hub ask: HubServerOptions::metrics_listen. Thread-safe.
class Monitoring {
 public:
  // All but `metrics`, which makes what /metrics says, outlive this.
  Monitoring(const HubServerOptions& options, const Counters& counters,
             std::function<std::string()> metrics, Log& log);

  const net::MonitoringRoutes& routes() const { return routes_; }

  // Binds once; the port stays while signaling stops and starts. One call at a time.
  absl::Status Listen() ABSL_LOCKS_EXCLUDED(mutex_);
  // Binds what Listen would bind. It is free again when the result goes.
  absl::StatusOr<std::vector<net::ListeningSocket>> TryPort() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Answers nobody any more when it returns.
  void Close() { port_.reset(); }

  std::vector<HubServer::Address> Addresses() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Whether the next Listen binds.
  bool Waits() const { return port_.has_value() && Addresses().empty(); }

  const HubServerOptions& options_;
  Log& log_;
  const net::MonitoringRoutes routes_;
  std::optional<net::MonitoringPort> port_;
  mutable Mutex mutex_;
  std::vector<HubServer::Address> addresses_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
