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

namespace {

// Whether the policy says something for the key.
bool Says(const NamespacePolicy& policy, PolicyKey key) {
  switch (key) {
    case PolicyKey::kMessageRate:
      return policy.message_rate.has_value();
    case PolicyKey::kAnnounceRate:
      return policy.announce_rate.has_value();
    case PolicyKey::kAnnounceData:
      return policy.announce_data.has_value();
    default:
      return policy.max_peers.has_value();
  }
}

// What the policies of namespaces make of the limit.
void AskPolicies(const Hub& hub, PolicyKey key, LimitsReport::Limit& limit) {
  constexpr char kAll[] = "*";
  const PolicyInForce in_force = hub.PolicyOf(kAll);
  limit.has_policies = true;
  limit.policy = in_force.of(key).name;
  if (!limit.policy.empty()) limit.value = LimitIn(in_force.policy, key);
  for (const PolicyRecord& record : hub.NamespacePolicies()) {
    if (record.name != kAll && Says(record.policy, key)) ++limit.exceptions;
  }
}

}  // namespace

LimitsReport HubInternals::Limits() const {
  LimitsReport report;
  const SteadyTime now = impl_.clock.Read().steady;
  const std::vector<LimitInForce> limits = LimitsInForce(impl_.options);
  impl_.dispatcher.Read([&](const Hub& hub) {
    for (const LimitInForce& limit : limits) {
      LimitsReport::Limit& row = report.limits.emplace_back();
      row.name = limit.name;
      row.value = limit.value;
      row.hits = hub.journal().limit_hits().Of(now, limit.name);
      if (limit.key.has_value()) AskPolicies(hub, *limit.key, row);
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

void HubInternals::WatchHandshakes(std::vector<HandshakeFilter> filters) const {
  impl_.dispatcher.Command(pigeonhub::WatchHandshakes{std::move(filters)})
      .IgnoreError();  // always OK
}

void HubInternals::ShowBootstrapSignaling(bool show) const {
  impl_.listeners.ShowBootstrapSignaling(show);
}

void HubInternals::RecordAudit(Audit audit) const {
  impl_.dispatcher.Command(Report{std::move(audit)}).IgnoreError();  // always OK
}

void HubInternals::SetMoreMetrics(const std::string& part, MetricSource source) const {
  MutexLock lock(impl_.more_metrics_mutex);
  impl_.more_metrics.insert_or_assign(part, std::move(source));
}

}  // namespace pigeonhub
