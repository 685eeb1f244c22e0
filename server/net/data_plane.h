// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/auth/hub_keys.h"
#include "server/core/time.h"
#include "server/net/connection/options.h"
#include "server/net/dial/options.h"
#include "server/net/http/monitoring_routes.h"
#include "server/net/listen/bound_address.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub::net {

struct DataPlaneOptions {
  // I/O loops, each with its own thread; a connection lives and dies on one of them.
  unsigned io_threads = 1;
  std::string cors_origin = "*";  // Access-Control-Allow-Origin
  // Served on the port of the peers; null: not there. Outlives the data plane.
  const MonitoringRoutes* monitoring = nullptr;
  // Above this resident size, in bytes, joins are refused with 503; 0: no limit.
  uint64_t memory_limit = 0;
  ConnectionOptions connection{};
  DialOptions dial{};
};

// The sockets: I/O loops, one acceptor that hands connections to them in turn, WebSocket and HTTP
// on one port. Everything decided about peers happens behind the dispatcher.
//
// Construction starts the loops, destruction ends them; listening may start and stop in between.
// Thread-safe; must be destroyed on a thread that is no loop's.
class DataPlane {
 public:
  // `hub_keys` make the tokens that we show to hubs we dial, and check those of hubs that come.
  DataPlane(Dispatcher& dispatcher, const Clock& clock, Log& log, auth::HubKeys& hub_keys,
            DataPlaneOptions options);
  ~DataPlane();

  // Binds `host` exclusively and accepts. "localhost" binds 127.0.0.1 and, where there is one, ::1
  // with the same port number. Tries `port` and the `further_ports` numbers after it; port 0 takes
  // a free one. The addresses really bound, or ALREADY_EXISTS / INVALID_ARGUMENT in one line.
  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports);

  // Upgrades are answered with 503 from now on (while draining), or welcome again.
  void RefuseUpgrades(bool refuse);

  // Closes the acceptor. Sockets that have not finished their handshake are dropped, connections
  // stay.
  void StopListening();

  // Waits until no connection is left, at most `limit`; then resets the rest. False if it had to.
  bool WaitUntilEmpty(Duration limit);

  // Queues and how late the loops are. From any thread.
  void AddMetrics(Exposition& out) const;

  // Bytes queued towards all peers, and connections open in the operating system's sense.
  uint64_t queued_bytes() const;
  size_t open_sockets() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
