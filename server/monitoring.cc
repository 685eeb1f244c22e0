// SPDX-License-Identifier: Apache-2.0

#include "server/monitoring.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace pigeonhub {
namespace {

constexpr uint16_t kFurtherMonitoringPorts = 10;  // tried where another port will do

absl::Status OfMetrics(const absl::Status& status) {
  return {status.code(), absl::StrCat("metrics_listen: ", status.message())};
}

}  // namespace

Monitoring::Monitoring(const HubServerOptions& options, const Counters& counters,
                       std::function<std::string()> metrics, Log& log)
    : options_(options), log_(log), routes_(counters, std::move(metrics)) {
  if (options_.metrics_listen.has_value()) port_.emplace(routes_, log_);
}

absl::Status Monitoring::Listen() {
  if (!Waits()) return absl::OkStatus();
  const auto& [host, port] = *options_.metrics_listen;
  const uint16_t further_ports =
      options_.metrics_port_may_differ ? kFurtherMonitoringPorts : uint16_t{0};
  auto bound = port_->Listen(host, port, further_ports);
  if (absl::IsAlreadyExists(bound.status()) && options_.metrics_port_may_differ) {
    bound = port_->Listen(host, 0, 0);
  }
  if (!bound.ok()) return OfMetrics(bound.status());
  MutexLock lock(mutex_);
  for (const net::BoundAddress& at : *bound) addresses_.push_back({at.host, at.port});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<net::ListeningSocket>> Monitoring::TryPort() const {
  if (!Waits() || options_.metrics_port_may_differ) return std::vector<net::ListeningSocket>();
  const HostPort& at = *options_.metrics_listen;
  auto bound = net::OpenListeningSockets(at.host, at.port, /*further_ports=*/0, log_);
  if (!bound.ok()) return OfMetrics(bound.status());
  return bound;
}

std::vector<HubServer::Address> Monitoring::Addresses() const {
  MutexLock lock(mutex_);
  return addresses_;
}

}  // namespace pigeonhub
