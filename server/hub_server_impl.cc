// SPDX-License-Identifier: Apache-2.0

#include "server/hub_server_impl.h"

#include <utility>

#include "pigeonhub_version.h"
#include "server/auth/trusted_hubs.h"
#include "server/base/key_pair.h"
#include "server/base/random.h"
#include "server/layer_options.h"
#include "server/runtime/event_logging.h"
#include "server/runtime/hub_metrics.h"
#include "server/runtime/process_metrics.h"

namespace pigeonhub {

HubServer::Impl::Impl(HubServerOptions given_options, Log* given_log)
    : options(std::move(given_options)),
      own_log(given_log == nullptr
                  ? std::make_unique<Log>(options.log ? options.log_level : LogLevel::kOff,
                                          options.log, clock)
                  : nullptr),
      log(given_log == nullptr ? *own_log : *given_log),
      keyring(MakeKeyring(options.hub_signing_key.value_or(MakePrivateKey()), MakePrivateKey())),
      hub(CoreOptions(options), RandomSeed(), keyring),
      dispatcher(hub, clock, events, IoThreads(options)),
      deadlines(dispatcher),
      monitoring(
          options, hub.counters(), [this] { return Metrics(); }, log),
      listeners(events, dispatcher),
      data_plane(dispatcher, clock, log, hub_keys, OptionsOfNet()),
      lifecycle(options, dispatcher, data_plane, monitoring, clock, log) {
  dispatcher.OnEarlierDeadline([this](SteadyTime at) { deadlines.Arm(at); });
  dispatcher.OnDrained([this] { drain_end.Note(); });
  // Start says what is wrong with these.
  hub_keys.Set(options.hub_keys).IgnoreError();
  SetHubTrust(options.hub_trust).IgnoreError();
  if (own_log != nullptr) {
    listeners.Add({.on_event = [this](const Event& event) { LogEvent(event, log); }});
    listeners.Add({.on_lost = [this](uint64_t count) { LogLostEvents(count, log); }});
  }
  drain_end.Start([this] { lifecycle.EndDrain(); });
  listeners.Start();
}

HubServer::Impl::~Impl() {
  drain_end.Quit();
  lifecycle.Stop();
  monitoring.Close();  // it reads what goes next
  listeners.Stop();
}

absl::Status HubServer::Impl::SetHubTrust(const std::optional<std::string>& text) {
  TrustHubs command;
  if (text.has_value()) {
    auto hubs = auth::ParseTrustedHubs(*text);
    if (!hubs.ok()) return hubs.status();
    command.keys = *std::move(hubs);
  }
  return dispatcher.Command(command);
}

std::string HubServer::Impl::Metrics() const {
  Exposition out;
  out.Gauge("pigeonhub_info", "What runs; the figure is always 1.", 1,
            {{"version", std::string(kVersion)}});
  AddHubMetrics(hub.counters(), options.max_connections, events, out);
  out.Gauge("pigeonhub_hub_admission_open", "1 while anybody becomes a hub who says so.",
            options.hub_admission == HubAdmission::kOpen);
  data_plane.AddMetrics(out);
  {
    MutexLock lock(more_metrics_mutex);
    if (more_metrics) more_metrics(out);
  }
  AddProcessMetrics(out);
  return out.Text();
}

net::DataPlaneOptions HubServer::Impl::OptionsOfNet() const {
  net::DataPlaneOptions of_net = NetOptions(options, hub.Stats().hub_peer_id);
  of_net.hub_public_key = keyring->signing_key();
  of_net.monitoring = &monitoring.routes();
  return of_net;
}

}  // namespace pigeonhub
