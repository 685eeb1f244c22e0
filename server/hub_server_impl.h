// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "pigeonhub/hub_server.h"
#include "server/ask_hub.h"
#include "server/auth/hub_keys.h"
#include "server/bans_file.h"
#include "server/bus/bus.h"
#include "server/core/hub.h"
#include "server/core/keyring.h"
#include "server/drain_end.h"
#include "server/event_listeners.h"
#include "server/monitoring.h"
#include "server/net/data_plane.h"
#include "server/peer_tokens.h"
#include "server/question_desk.h"
#include "server/runtime/clock.h"
#include "server/runtime/deadline_thread.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/event_log.h"
#include "server/runtime/exposition.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"
#include "server/server_lifecycle.h"
#include "server/signal_demand.h"

namespace pigeonhub {

// The parts of a hub server, put together. A part uses those above it.
struct HubServer::Impl {
  Impl(HubServerOptions given_options, Log* given_log);
  ~Impl();

  template <typename T>
  absl::Status Ask(const T& command, Mode mode) {
    return AskHub(dispatcher, command, mode);
  }
  template <typename T, typename Look>
  auto Ask(const T& command, Mode mode, Look look) {
    return AskHub(dispatcher, command, mode, look);
  }

  absl::Status SetLimits(const RunningLimits& limits) ABSL_LOCKS_EXCLUDED(limits_mutex);
  RunningLimits limits() const ABSL_LOCKS_EXCLUDED(limits_mutex);
  absl::Status SetHubTrust(const std::optional<std::string>& text);
  absl::StatusOr<BanEffect> Ban(const BanOrder& order, Mode mode);

  // With what the core does not know of brokers.
  void CompleteBus(BusRecord& record) const;

  // What /metrics says.
  std::string Metrics() const ABSL_LOCKS_EXCLUDED(more_metrics_mutex);

  const HubServerOptions options;
  SystemClock clock;
  const std::unique_ptr<Log> own_log;
  Log& log;
  const std::shared_ptr<const Keyring> keyring;
  Hub hub;
  EventLog events;
  // Tells the events of this server from those of the one before it, whose numbers were the same.
  const std::string epoch{GeneratePeerId().text().substr(0, 16)};
  auth::HubKeys hub_keys{clock.Read().unix_ms};
  PeerTokens tokens;
  DrainEnd drain_end;
  Dispatcher dispatcher;
  SignalDemand signal_demand{dispatcher};
  QuestionDesk questions{dispatcher};
  DeadlineThread deadlines;
  BansFile bans_file;
  mutable Mutex limits_mutex;
  RunningLimits limits_in_force ABSL_GUARDED_BY(limits_mutex);
  mutable Mutex more_metrics_mutex;
  std::map<std::string, MetricSource> more_metrics ABSL_GUARDED_BY(more_metrics_mutex);  // by part
  Monitoring monitoring;
  EventListeners listeners;
  net::DataPlane data_plane;
  const std::unique_ptr<bus::Bus> bus;  // null: there is none
  ServerLifecycle lifecycle;

 private:
  net::DataPlaneOptions OptionsOfNet() const;
  // What a ban may hit that nobody thought of.
  std::vector<std::string> WarningsOf(const BanTarget& target) const;
};

}  // namespace pigeonhub
