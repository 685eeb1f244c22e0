// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "pigeonhub/http.h"
#include "pigeonhub/running_limits.h"
#include "pigeonhub/tls_record.h"
#include "server/auth/hub_keys.h"
#include "server/base/key_pair.h"
#include "server/base/tls_files.h"
#include "server/core/ids.h"
#include "server/core/time.h"
#include "server/net/connection/options.h"
#include "server/net/dial/options.h"
#include "server/net/http/allowed_origins.h"
#include "server/net/http/monitoring_routes.h"
#include "server/net/http/peer_credentials.h"
#include "server/net/http/routes.h"
#include "server/net/listen/bound_address.h"
#include "server/net/loop/connection_figures.h"
#include "server/net/loop/recent_lag.h"
#include "server/runtime/address_table.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"

namespace pigeonhub {
class MemoryBudget;
}  // namespace pigeonhub

namespace pigeonhub::net {

struct DataPlaneOptions {
  // I/O loops, each with its own thread; a connection lives and dies on one of them.
  unsigned io_threads = 1;
  AllowedOrigins origins{};
  Reach reach = Reach::kOthers;  // of the addresses that it listens at
  // Answers probes on the port of the peers; null: there are none. Outlives the data plane.
  const MonitoringRoutes* monitoring = nullptr;
  // With files, all ports of the data plane speak TLS and nothing else.
  TlsFiles tls{};
  // What the embedding program decides and answers; see HubServerOptions.
  AdmitPeer admit{};
  std::map<std::string, Route, std::less<>> routes{};
  Route other_paths{};
  // Of the process, in bytes; see MemoryBudget. 0: none.
  uint64_t memory_limit = 0;
  // See HubCredentials::Rules.
  PublicKey hub_public_key{};
  bool takes_hub1_tokens = true;
  AddressTable::Rules addresses{};
  // Checks the tokens of peers; null: they are not looked at. Outlives the data plane.
  const auth::TokenVerifier* token_verifier = nullptr;
  PeerTokenRules peer_tokens{};
  ConnectionOptions connection{};
  DialOptions dial{};
};

// All sockets of a hub but those of the control API and of the monitoring port: the I/O loops, and
// the acceptors that hand new connections to the loops in turn. WebSocket and HTTP share one port.
// What is decided about peers is decided behind the dispatcher.
//
// The constructor starts the loops and the destructor ends them. Listening may start and stop in
// between. Thread-safe; must not be destroyed on the thread of a loop.
class DataPlane {
 public:
  // `hub_keys` makes the tokens that this hub shows when it dials, and checks those that others
  // show.
  DataPlane(Dispatcher& dispatcher, const Clock& clock, Log& log, auth::HubKeys& hub_keys,
            DataPlaneOptions options);
  ~DataPlane();

  // Binds `host` exclusively and accepts connections. "localhost" binds 127.0.0.1 and, if this
  // machine has it, ::1 with the same port number. Tries `port` and then the `further_ports`
  // numbers after it; port 0 takes a free one. Returns the addresses that were bound; or
  // ALREADY_EXISTS or INVALID_ARGUMENT with one line. The TLS files are read first.
  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports);

  // From now on every request for a WebSocket is answered with 503, as while draining; or, with
  // false, no longer.
  void RefuseUpgrades(bool refuse);

  // The same for a port of its own, through which other hubs come in and nobody else. Then no hub
  // comes in at the port of Listen. Call it before that.
  absl::StatusOr<std::vector<BoundAddress>> ListenForHubs(const std::string& host, uint16_t port);

  // Closes the acceptors, and drops the sockets that have not finished their handshake. Open
  // connections stay.
  void StopListening();

  // Waits until no connection is left, at most for `limit`. Then resets those that are left, and
  // returns false if there were any.
  bool WaitUntilEmpty(Duration limit);

  // Adds the length of the queues and how late the loops are.
  void AddMetrics(Exposition& out) const;

  // Takes over those that are not the hub's: memory, rates of addresses, and the places that
  // addresses share. From any thread.
  void SetLimits(const RunningLimits& limits);

  // Bytes that wait to be sent to all peers; and the sockets that are open.
  uint64_t queued_bytes() const;
  size_t open_sockets() const;
  // How these connections are doing, in their order. Asks the loops, and does not wait for one that
  // stands still. From any thread but theirs.
  std::vector<ConnectionFigures> FiguresOf(std::vector<ConnectionId> connections,
                                           FiguresWanted wanted) const;
  // What connections hold, and how much memory the hub may use.
  const MemoryBudget& memory() const;
  // How late the loops came to their timers within the last minute.
  LagSummary recent_lag() const;
  // What each address has of this hub.
  const AddressTable& addresses() const;
  // A place among what one address has, for what it asks for beside connections.
  AddressLease Seat(std::string_view address);

  // The certificate that is shown; nothing where there is no TLS, and before Listen.
  std::optional<TlsRecord> tls() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pigeonhub::net
