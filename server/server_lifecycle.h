// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <condition_variable>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/hub_server.h"
#include "server/bans_file.h"
#include "server/bus/bus.h"
#include "server/monitoring.h"
#include "server/net/data_plane.h"
#include "server/net/listen/bound_address.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// Starts, drains and stops signaling, as HubServer says of its methods of the same names.
// Thread-safe.
class ServerLifecycle {
 public:
  // All outlive this. `bus` is null where there is none.
  ServerLifecycle(const HubServerOptions& options, Dispatcher& dispatcher, net::DataPlane& net,
                  bus::Bus* bus, Monitoring& monitoring, BansFile& bans_file, const Clock& clock,
                  Log& log)
      : options_(options),
        dispatcher_(dispatcher),
        net_(net),
        bus_(bus),
        monitoring_(monitoring),
        bans_file_(bans_file),
        clock_(clock),
        log_(log) {}

  absl::Status Start(Mode mode) ABSL_LOCKS_EXCLUDED(starting_, mutex_);
  void Stop() ABSL_LOCKS_EXCLUDED(starting_, mutex_);
  absl::StatusOr<size_t> Stop(Mode mode) ABSL_LOCKS_EXCLUDED(starting_, mutex_);
  absl::StatusOr<size_t> Drain(Duration over, Mode mode);
  absl::StatusOr<size_t> DrainPeers(const TokenAttributes& attributes, Duration over, Mode mode);
  absl::StatusOr<size_t> Undrain(Mode mode);
  // After a drain. Does nothing if somebody has stopped the server since, or started it again.
  void EndDrain() ABSL_LOCKS_EXCLUDED(starting_, mutex_);
  absl::StatusOr<HubServer::HubMeshNamespaceChange> ChangeHubMeshNamespace(std::string_view name,
                                                                           bool restart, Mode mode)
      ABSL_LOCKS_EXCLUDED(starting_, mutex_);

  void WaitUntilStopped() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsRunning() const ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<HubServer::Address> Addresses() const ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<HubServer::Address> HubAddresses() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Fills in what is known here.
  void AddTo(HubServerStats& stats) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct PortRange {
    uint16_t first = 0;
    uint16_t further = 0;  // to try if those before are taken
  };

  absl::Status StartLocked(Mode mode) ABSL_EXCLUSIVE_LOCKS_REQUIRED(starting_)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // While running.
  void StopLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(starting_) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<std::vector<net::BoundAddress>> Bind() ABSL_EXCLUSIVE_LOCKS_REQUIRED(starting_);
  // The addresses of hub_listen; none where hubs and peers share a port.
  absl::StatusOr<std::vector<net::BoundAddress>> BindForHubs()
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(starting_);
  // Has the bus connect, and gives it a little time for it.
  void StartBus() ABSL_EXCLUSIVE_LOCKS_REQUIRED(starting_);
  // Binds what Start would bind, and releases it; nobody is accepted.
  absl::Status CheckPorts() ABSL_EXCLUSIVE_LOCKS_REQUIRED(starting_) ABSL_LOCKS_EXCLUDED(mutex_);
  PortRange PeersPorts() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(starting_);

  const HubServerOptions& options_;
  Dispatcher& dispatcher_;
  net::DataPlane& net_;
  bus::Bus* const bus_;
  Monitoring& monitoring_;
  BansFile& bans_file_;
  const Clock& clock_;
  Log& log_;

  // Held for the whole of Start and Stop, which so exclude each other.
  Mutex starting_;
  std::optional<uint16_t> bound_port_ ABSL_GUARDED_BY(starting_);
  std::optional<uint16_t> hub_port_ ABSL_GUARDED_BY(starting_);  // of hub_listen

  mutable Mutex mutex_;
  std::condition_variable_any stopped_;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime started_ ABSL_GUARDED_BY(mutex_);
  std::vector<HubServer::Address> addresses_ ABSL_GUARDED_BY(mutex_);
  std::vector<HubServer::Address> hub_addresses_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
