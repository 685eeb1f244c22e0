// SPDX-License-Identifier: Apache-2.0

#include "server/internals/hub_internals.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "server/base/address.h"
#include "server/base/process_descriptors.h"
#include "server/base/process_memory.h"
#include "server/core/peers/policies.h"
#include "server/core/tally.h"
#include "server/core/turn.h"
#include "server/hub_server_impl.h"
#include "server/limits_in_force.h"
#include "server/runtime/memory_budget.h"

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
  const PolicyInForce in_force = hub.policies().InForce(kAll);
  limit.has_policies = true;
  limit.policy = in_force.of(key).name;
  if (!limit.policy.empty()) limit.value = LimitIn(in_force.policy, key);
  for (const PolicyRecord& record : hub.policies().List()) {
    if (record.name != kAll && Says(record.policy, key)) ++limit.exceptions;
  }
}

}  // namespace

ResourcesReport HubInternals::Resources() const {
  const MemoryBudget& memory = impl_.data_plane.memory();
  const MemoryBudget::Held held = memory.held();
  const Counters& counters = impl_.hub.counters();
  ResourcesReport report{.resident = ReadProcessMemory().resident,
                         .limit = memory.limit(),
                         .queued = held.queue,
                         .messages = held.message,
                         .announced = held.announced,
                         .links = counters.link_bytes.value(),
                         .remote = counters.remote_bytes.value(),
                         .history = counters.history_bytes.value()};
  const auto lag = impl_.data_plane.recent_lag();
  report.lag_p99 = lag.p99;
  report.lag_max = lag.max;
  if (const auto descriptors = ReadProcessDescriptors()) {
    report.open_descriptors = descriptors->open;
    report.max_descriptors = descriptors->limit;
  }
  return report;
}

std::vector<AddressReport> HubInternals::Addresses() const {
  constexpr size_t kLookedAt = 1000;  // peers in one go
  std::unordered_map<std::string, AddressReport> reports;
  for (AddressTable::Row& row : impl_.data_plane.addresses().All()) {
    reports[row.address].row = std::move(row);
  }
  for (uint64_t after = 0;;) {
    PeerPage page =
        impl_.dispatcher.Read([&](const Hub& hub) { return hub.ListPeers({}, after, kLookedAt); });
    std::vector<ConnectionState*> connections;
    for (PeerRecord& peer : page.peers) connections.push_back(&peer.connection);
    LookAt(connections, /*with_line=*/false);
    for (const PeerRecord& peer : page.peers) {
      const auto found =
          reports.find(AddressGroup::Of(peer.address, impl_.options.ipv6_prefix).text());
      if (found == reports.end()) continue;  // it has just come
      AddressReport& report = found->second;
      report.messages += peer.messages;
      report.bytes += peer.bytes;
      report.signals += peer.signals_sent;
      report.queued += peer.connection.queued.value_or(0);
    }
    if (!page.more) break;
    after = page.next_order;
  }
  std::vector<AddressReport> all;
  for (auto& [address, report] : reports) all.push_back(std::move(report));
  return all;
}

void HubInternals::LookAt(const std::vector<ConnectionState*>& connections, bool with_line) const {
  std::vector<ConnectionId> ids;
  for (const ConnectionState* connection : connections) ids.emplace_back(connection->id);
  const auto figures = impl_.data_plane.FiguresOf(
      std::move(ids), with_line ? net::FiguresWanted::kQueueAndLine : net::FiguresWanted::kQueue);
  for (size_t i = 0; i < figures.size(); ++i) {
    connections[i]->queued = figures[i].queued;
    connections[i]->round_trip = figures[i].round_trip;
  }
}

LimitsReport HubInternals::Limits() const {
  LimitsReport report;
  const SteadyTime now = impl_.clock.Read().steady;
  const std::vector<LimitInForce> limits = LimitsInForce(impl_.options, impl_.limits());
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

void HubInternals::WatchSignals(const std::string& part, std::vector<SignalFilter> filters) const {
  impl_.signal_demand.Set(part, std::move(filters));
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
