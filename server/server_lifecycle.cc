// SPDX-License-Identifier: Apache-2.0

#include "server/server_lifecycle.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/ask_hub.h"
#include "server/base/address.h"
#include "server/core/hub.h"
#include "server/layer_options.h"
#include "server/net/listen/listening_sockets.h"
#include "server/net/listen/own_addresses.h"

namespace pigeonhub {
namespace {

constexpr uint16_t kDefaultPort = 3000;
constexpr uint16_t kFurtherPorts = 10;  // tried only while no port was asked for
// The close handshake has 5 s, then sockets are reset; beyond this something is wrong.
constexpr Duration kStopLimit = std::chrono::seconds(7);
// A hub that starts knows nobody's peers yet. It waits so long for a broker, and then serves its
// own.
constexpr Duration kBusLimit = std::chrono::seconds(3);

// Where other hubs can dial this one, as far as that is certain before anything is bound; else
// empty.
std::string UrlOf(const std::string& host, uint16_t port, bool tls) {
  if (IsUnspecified(host)) return {};
  return absl::StrCat(tls ? "wss://" : "ws://", JoinHostAndPort(host, port));
}

absl::Status OfHubListen(const absl::Status& status) {
  return {status.code(), absl::StrCat("hub_listen: ", status.message())};
}

size_t Connections(const Hub& hub) { return hub.Stats().connections; }

}  // namespace

absl::Status ServerLifecycle::Start(Mode mode) {
  MutexLock lock(starting_);
  return StartLocked(mode);
}

void ServerLifecycle::Stop() {
  MutexLock lock(starting_);
  if (IsRunning()) StopLocked();
}

absl::StatusOr<size_t> ServerLifecycle::Stop(Mode mode) {
  absl::StatusOr<size_t> connections =
      AskHub(dispatcher_, StopSignaling{}, Mode::kCheckOnly, Connections);
  if (connections.ok() && mode == Mode::kDo) Stop();
  return connections;
}

absl::StatusOr<size_t> ServerLifecycle::Drain(Duration over, Mode mode) {
  const pigeonhub::Drain command{.over = over};
  absl::StatusOr<size_t> connections = AskHub(dispatcher_, command, Mode::kCheckOnly, Connections);
  if (!connections.ok() || mode == Mode::kCheckOnly) return connections;
  // First, as the hub would have to send newcomers away. If signaling stops meanwhile, the next
  // start lets them in again.
  net_.RefuseUpgrades(true);
  return AskHub(dispatcher_, command, Mode::kDo, Connections);
}

absl::StatusOr<size_t> ServerLifecycle::DrainPeers(const TokenAttributes& attributes, Duration over,
                                                   Mode mode) {
  return AskHub(dispatcher_, pigeonhub::Drain{over, attributes}, mode,
                [&](const Hub& hub) { return PeersWith(hub, attributes).size(); });
}

absl::StatusOr<size_t> ServerLifecycle::Undrain(Mode mode) {
  absl::StatusOr<size_t> connections = AskHub(dispatcher_, pigeonhub::Undrain{}, mode, Connections);
  if (connections.ok() && mode == Mode::kDo) net_.RefuseUpgrades(false);
  return connections;
}

void ServerLifecycle::EndDrain() {
  const Serving serving = dispatcher_.Read([](const Hub& hub) { return hub.Stats().serving; });
  if (serving == Serving::kDraining) Stop();
}

absl::StatusOr<HubServer::HubMeshNamespaceChange> ServerLifecycle::ChangeHubMeshNamespace(
    std::string_view name, bool restart, Mode mode) {
  MutexLock lock(starting_);
  const pigeonhub::SetHubMeshNamespace command{std::string(name)};
  const bool running = IsRunning();
  absl::Status checked;
  HubServer::HubMeshNamespaceChange change;
  dispatcher_.Read([&](const Hub& hub) {
    checked = hub.Check(command);
    const HubStats stats = hub.Stats();
    change = {stats.hub_mesh_namespace, stats.connections, stats.hubs};
  });
  // While signaling runs the check of a good name says so.
  if (!checked.ok() && !(running && restart && absl::IsFailedPrecondition(checked))) {
    return checked;
  }
  if (mode == Mode::kCheckOnly) return change;
  if (running) StopLocked();
  if (absl::Status s = dispatcher_.Command(command); !s.ok()) return s;
  if (running) {
    if (absl::Status s = StartLocked(Mode::kDo); !s.ok()) return s;
  }
  return change;
}

void ServerLifecycle::WaitUntilStopped() {
  MutexLock lock(mutex_);
  while (running_) stopped_.wait(mutex_);
}

bool ServerLifecycle::IsRunning() const {
  MutexLock lock(mutex_);
  return running_;
}

std::vector<HubServer::Address> ServerLifecycle::Addresses() const {
  MutexLock lock(mutex_);
  return addresses_;
}

std::vector<HubServer::Address> ServerLifecycle::HubAddresses() const {
  MutexLock lock(mutex_);
  return hub_addresses_;
}

void ServerLifecycle::AddTo(HubServerStats& stats) const {
  stats.host = options_.host;
  MutexLock lock(mutex_);
  stats.is_running = running_;
  if (!running_) return;
  stats.port = addresses_.front().port;
  stats.uptime = clock_.Read().steady - started_;
}

absl::Status ServerLifecycle::StartLocked(Mode mode) {
  if (IsRunning()) return absl::FailedPreconditionError("the server is already running");
  const absl::Status options =
      dispatcher_.Read([&](const Hub& hub) { return CheckOptions(options_, hub); });
  if (!options.ok()) return options;
  if (!bans_file_.loaded().ok()) return bans_file_.loaded();
  if (mode == Mode::kCheckOnly) return CheckPorts();
  if (absl::Status s = bans_file_.Write(); !s.ok()) return s;
  if (absl::Status s = monitoring_.Listen(); !s.ok()) return s;
  auto hubs_bound = BindForHubs();
  auto bound = hubs_bound.ok() ? Bind() : hubs_bound;
  if (!bound.ok()) {
    net_.StopListening();
    dispatcher_.Command(Report{ServerError{std::string(bound.status().message())}}).IgnoreError();
    return bound.status();
  }
  bound_port_ = bound->front().port;
  const bool tls = !options_.tls_cert_file.empty();
  StartSignaling start{options_.host, *bound_port_, UrlOf(options_.host, *bound_port_, tls),
                       net::OwnAddresses(*bound)};
  start.speaks_tls = tls;
  if (hub_port_.has_value()) {
    const std::string& host = options_.hub_listen->host;
    start.for_hubs = HostPort{host, *hub_port_};
    start.url = UrlOf(host, *hub_port_, tls);
    start.addresses = net::OwnAddresses(*hubs_bound);
  }
  StartBus();
  if (absl::Status s = dispatcher_.Command(start); !s.ok()) {
    net_.StopListening();
    if (bus_ != nullptr) bus_->Stop();
    return s;
  }
  {
    MutexLock lock(mutex_);
    running_ = true;
    started_ = clock_.Read().steady;
    for (const net::BoundAddress& at : *bound) addresses_.push_back({at.host, at.port});
    for (const net::BoundAddress& at : *hubs_bound) hub_addresses_.push_back({at.host, at.port});
  }
  net_.RefuseUpgrades(false);
  return absl::OkStatus();
}

void ServerLifecycle::StartBus() {
  if (bus_ == nullptr) return;
  const HubStats stats = dispatcher_.Read([](const Hub& hub) { return hub.Stats(); });
  bus_->Start(stats.hub_peer_id, stats.hub_mesh_namespace);
  bus_->WaitUntilUp(kBusLimit);
}

void ServerLifecycle::StopLocked() {
  net_.RefuseUpgrades(true);
  net_.StopListening();
  dispatcher_.Command(StopSignaling{}).IgnoreError();  // fails only when stopped already
  net_.WaitUntilEmpty(kStopLimit);
  if (bus_ != nullptr) bus_->Stop();
  {
    MutexLock lock(mutex_);
    running_ = false;
    addresses_.clear();
    hub_addresses_.clear();
  }
  stopped_.notify_all();
}

absl::StatusOr<std::vector<net::BoundAddress>> ServerLifecycle::Bind() {
  // Between binding and serving nobody is let in, as the hub would have to send them away.
  net_.RefuseUpgrades(true);
  const PortRange ports = PeersPorts();
  return net_.Listen(options_.host, ports.first, ports.further);
}

absl::StatusOr<std::vector<net::BoundAddress>> ServerLifecycle::BindForHubs() {
  if (!options_.hub_listen.has_value()) return std::vector<net::BoundAddress>();
  net_.RefuseUpgrades(true);
  const auto& [host, port] = *options_.hub_listen;
  auto bound = net_.ListenForHubs(host, hub_port_.value_or(port));
  if (!bound.ok()) return OfHubListen(bound.status());
  hub_port_ = bound->front().port;
  return bound;
}

absl::Status ServerLifecycle::CheckPorts() {
  // What was bound is kept, for two of the ports may be one.
  const auto monitoring = monitoring_.TryPort();
  if (!monitoring.ok()) return monitoring.status();
  absl::StatusOr<std::vector<net::ListeningSocket>> hubs;
  if (options_.hub_listen.has_value()) {
    const uint16_t port = hub_port_.value_or(options_.hub_listen->port);
    hubs = net::OpenListeningSockets(options_.hub_listen->host, port, /*further_ports=*/0, log_);
    if (!hubs.ok()) return OfHubListen(hubs.status());
  }
  const PortRange ports = PeersPorts();
  return net::OpenListeningSockets(options_.host, ports.first, ports.further, log_).status();
}

ServerLifecycle::PortRange ServerLifecycle::PeersPorts() const {
  const std::optional<uint16_t> asked = bound_port_.has_value() ? bound_port_ : options_.port;
  if (asked.has_value()) return {*asked, 0};
  return {kDefaultPort, kFurtherPorts};
}

}  // namespace pigeonhub
