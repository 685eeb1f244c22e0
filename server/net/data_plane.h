// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/auth/hub_keys.h"
#include "server/core/ids.h"
#include "server/core/time.h"
#include "server/net/monitoring_routes.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub::net {

struct DataPlaneOptions {
  // I/O loops, each with its own thread; a connection lives and dies on one of them.
  unsigned io_threads = 1;
  size_t max_message_size = 1 << 20;  // bytes; larger closes 1009
  std::string cors_origin = "*";      // Access-Control-Allow-Origin
  // Served beside the peers; null: not here. Outlives the data plane.
  const MonitoringRoutes* monitoring = nullptr;
  // Above this resident size joins are refused with 503; 0: no limit.
  uint64_t memory_limit = 0;

  // What we say when we dial another hub: our own id, and the certificates (PEM) that vouch for
  // hubs at wss:// addresses; an empty file name means those that the system trusts.
  PeerId hub_peer_id{};
  std::string hub_ca{};

  Duration handshake_timeout = std::chrono::seconds(5);   // TCP to finished handshake
  Duration http_idle_timeout = std::chrono::seconds(20);  // from an HTTP answer to another request
  Duration ping_interval = std::chrono::seconds(25);
  Duration link_ping_interval = std::chrono::seconds(5);
  // Silence after a ping, from a peer that takes nothing either.
  Duration pong_timeout = std::chrono::seconds(10);
  // From the first byte of a message to its last; on a line that moves longer.
  Duration message_timeout = std::chrono::seconds(10);
  Duration close_timeout = std::chrono::seconds(5);  // close handshake, then reset
  // A slow reader: this much queued (plus one message), or nothing taken for this long.
  size_t queue_limit = 1 << 20;
  Duration stall_timeout = std::chrono::seconds(10);
};

// One bound address, in numbers.
struct BoundAddress {
  std::string host;
  uint16_t port = 0;
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
