// SPDX-License-Identifier: Apache-2.0

#include "server/internals/hub_internals.h"

#include <utility>

#include "server/core/tally.h"
#include "server/core/turn.h"
#include "server/hub_server_impl.h"
#include "server/limits_in_force.h"

namespace pigeonhub {

std::unique_ptr<HubServer> HubInternals::Make(HubServerOptions options, Log& log) {
  return std::unique_ptr<HubServer>(
      new HubServer(std::make_unique<HubServer::Impl>(std::move(options), &log)));
}

const Counters& HubInternals::counters() const { return impl_.hub.counters(); }

LimitsReport HubInternals::Limits() const {
  LimitsReport report;
  const SteadyTime now = impl_.clock.Read().steady;
  const std::vector<LimitInForce> limits = LimitsInForce(impl_.options);
  impl_.dispatcher.Read([&](const Hub& hub) {
    for (const LimitInForce& limit : limits) {
      report.limits.push_back(
          {limit.name, limit.value, hub.journal().limit_hits().Of(now, limit.name)});
    }
  });
  for (const AddressTable::Row& row : impl_.data_plane.addresses().Busiest(Tally::kTop)) {
    report.busiest_addresses.push_back({row.address, row.connections});
  }
  return report;
}

EventLog& HubInternals::events() const { return impl_.events; }

const std::string& HubInternals::epoch() const { return impl_.epoch; }

void HubInternals::WatchSignals(std::vector<SignalFilter> filters) const {
  impl_.dispatcher.Command(pigeonhub::WatchSignals{std::move(filters)}).IgnoreError();  // always OK
}

void HubInternals::ShowBootstrapSignaling(bool show) const {
  impl_.listeners.ShowBootstrapSignaling(show);
}

void HubInternals::RecordAudit(Audit audit) const {
  impl_.dispatcher.Command(Report{std::move(audit)}).IgnoreError();  // always OK
}

void HubInternals::SetMoreMetrics(MetricSource source) const {
  MutexLock lock(impl_.more_metrics_mutex);
  impl_.more_metrics = std::move(source);
}

}  // namespace pigeonhub
