// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/hub_server.h"

#include <algorithm>
#include <condition_variable>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "pigeonhub_version.h"
#include "server/auth/hub_keys.h"
#include "server/auth/trusted_hubs.h"
#include "server/base/address.h"
#include "server/base/key_pair.h"
#include "server/base/random.h"
#include "server/core/hub.h"
#include "server/core/keyring.h"
#include "server/event_listeners.h"
#include "server/layer_options.h"
#include "server/net/data_plane.h"
#include "server/net/http/known_hubs.h"
#include "server/net/http/monitoring_routes.h"
#include "server/net/listen/listening_sockets.h"
#include "server/net/listen/own_addresses.h"
#include "server/net/monitoring_port.h"
#include "server/runtime/deadline_thread.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/event_log.h"
#include "server/runtime/exposition.h"
#include "server/runtime/hub_metrics.h"
#include "server/runtime/log.h"
#include "server/runtime/mutex.h"
#include "server/runtime/process_metrics.h"

namespace pigeonhub {
namespace {

constexpr uint16_t kDefaultPort = 3000;
constexpr uint16_t kFurtherPorts = 10;  // tried only while no port was asked for
// The close handshake has 5 s, then sockets are reset; beyond this something is wrong.
constexpr Duration kStopLimit = std::chrono::seconds(7);

// Where other hubs can dial this one, as far as that is certain before anything is bound; else
// empty.
std::string UrlOf(const std::string& host, uint16_t port) {
  if (IsUnspecified(host)) return {};
  return "ws://" + JoinHostAndPort(host, port);
}

size_t Connections(const Hub& hub) { return hub.Stats().connections; }

size_t BootstrapHubs(const Hub& hub) {
  const std::vector<LinkRecord> links = hub.Links();
  return static_cast<size_t>(std::count_if(links.begin(), links.end(),
                                           [](const LinkRecord& link) { return link.bootstrap; }));
}

// What the operator said, in the form in which a hub would have announced it.
Profile ProfileOf(const HubDescription& hub) {
  Profile profile;
  profile.is_hub = true;
  profile.members = net::HubMembers(hub.region, hub.capabilities);
  auto details = std::make_shared<HubDetails>();
  details->region = hub.region;
  details->capabilities = hub.capabilities;
  profile.hub = std::move(details);
  return profile;
}

}  // namespace

class HubServer::Impl {
 public:
  Impl(HubServerOptions options, Log* log)
      : options_(std::move(options)),
        own_log_(log == nullptr
                     ? std::make_unique<Log>(options_.log ? options_.log_level : LogLevel::kOff,
                                             options_.log, clock_)
                     : nullptr),
        log_(log == nullptr ? *own_log_ : *log),
        keyring_(
            MakeKeyring(options_.hub_signing_key.value_or(MakePrivateKey()), MakePrivateKey())),
        hub_(CoreOptions(options_), RandomSeed(), keyring_),
        net_options_(NetOptions(options_, hub_.Stats().hub_peer_id)),
        dispatcher_(hub_, clock_, events_, net_options_.io_threads),
        deadlines_(dispatcher_) {
    dispatcher_.OnEarlierDeadline([this](SteadyTime at) { deadlines_.Arm(at); });
    dispatcher_.OnDrained([this] { NoteDrained(); });
    net_options_.hub_public_key = keyring_->signing_key();
    keys_status_ = hub_keys_.Set(options_.hub_keys);
    if (keys_status_.ok()) keys_status_ = SetHubTrust(options_.hub_trust);
    if (options_.metrics_listen.has_value()) monitoring_port_.emplace(monitoring_, log_);
    net_options_.monitoring = &monitoring_;
    net_.emplace(dispatcher_, clock_, log_, hub_keys_, net_options_);
    drain_end_ = std::jthread([this](const std::stop_token& stop) { EndDrains(stop); });
    listeners_.Start();
  }

  ~Impl() {
    drain_end_ = {};
    Stop();
    monitoring_port_.reset();  // it reads what goes next
    listeners_.Stop();
  }

  absl::Status Start(Mode mode) ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_) {
    MutexLock lifecycle(lifecycle_);
    return StartLocked(mode);
  }

  void Stop() ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_) {
    MutexLock lifecycle(lifecycle_);
    if (IsRunning()) StopLocked();
  }

  absl::StatusOr<size_t> Stop(Mode mode) ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_) {
    absl::StatusOr<size_t> connections = Ask(StopSignaling{}, Connections);
    if (connections.ok() && mode == Mode::kDo) Stop();
    return connections;
  }

  absl::StatusOr<HubServer::HubMeshNamespaceChange> ChangeHubMeshNamespace(std::string_view name,
                                                                           bool restart, Mode mode)
      ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_) {
    MutexLock lifecycle(lifecycle_);
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

  absl::StatusOr<size_t> Drain(Duration over, Mode mode) {
    const pigeonhub::Drain command{over};
    absl::StatusOr<size_t> connections = Ask(command, Connections);
    if (!connections.ok() || mode == Mode::kCheckOnly) return connections;
    // First, as the hub would have to send newcomers away. If signaling stops meanwhile, the next
    // start lets them in again.
    net_->RefuseUpgrades(true);
    return Do(command, Mode::kDo, Connections);
  }

  absl::StatusOr<size_t> Undrain(Mode mode) {
    absl::StatusOr<size_t> connections = Do(pigeonhub::Undrain{}, mode, Connections);
    if (connections.ok() && mode == Mode::kDo) net_->RefuseUpgrades(false);
    return connections;
  }

  void WaitUntilStopped() ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    while (running_) stopped_.wait(mutex_);
  }

  bool IsRunning() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return running_;
  }

  std::vector<HubServer::Address> Addresses() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return addresses_;
  }

  std::vector<HubServer::Address> HubAddresses() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return hub_addresses_;
  }

  std::vector<HubServer::Address> MetricsAddresses() const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return metrics_addresses_;
  }

  void SetMoreMetrics(MetricSource source) ABSL_LOCKS_EXCLUDED(more_metrics_mutex_) {
    MutexLock lock(more_metrics_mutex_);
    more_metrics_ = std::move(source);
  }

  std::string Metrics() const ABSL_LOCKS_EXCLUDED(more_metrics_mutex_) {
    Exposition out;
    out.Gauge("pigeonhub_info", "What runs; the figure is always 1.", 1,
              {{"version", std::string(kVersion)}});
    AddHubMetrics(hub_.counters(), options_.max_connections, events_, out);
    out.Gauge("pigeonhub_hub_admission_open", "1 while anybody becomes a hub who says so.",
              options_.hub_admission == HubAdmission::kOpen);
    if (net_.has_value()) net_->AddMetrics(out);
    {
      MutexLock lock(more_metrics_mutex_);
      if (more_metrics_) more_metrics_(out);
    }
    AddProcessMetrics(out);
    return out.Text();
  }

  HubServerStats GetStats() const ABSL_LOCKS_EXCLUDED(mutex_) {
    HubServerStats stats;
    stats.hub = dispatcher_.Read([](const Hub& hub) { return hub.Stats(); });
    stats.host = options_.host;
    MutexLock lock(mutex_);
    stats.is_running = running_;
    if (running_) {
      stats.port = addresses_.front().port;
      stats.uptime = clock_.Read().steady - started_;
    }
    return stats;
  }

  absl::Status SetHubKeys(std::string_view text) { return hub_keys_.Set(text); }

  absl::Status SetHubTrust(const std::optional<std::string>& text) {
    TrustHubs command;
    if (text.has_value()) {
      auto hubs = auth::ParseTrustedHubs(*text);
      if (!hubs.ok()) return hubs.status();
      command.keys = *std::move(hubs);
    }
    return dispatcher_.Command(command);
  }

  std::string PublicKeyText() const { return auth::TextOf(keyring_->signing_key()); }

  template <typename T>
  absl::Status Do(const T& command, Mode mode) {
    if (mode == Mode::kDo) return dispatcher_.Command(command);
    return dispatcher_.Read([&](const Hub& hub) { return hub.Check(command); });
  }

  // What the hub would answer now; if that is OK, what `look` finds.
  template <typename T>
  absl::StatusOr<size_t> Ask(const T& command, size_t (*look)(const Hub&)) const {
    return dispatcher_.Read([&](const Hub& hub) -> absl::StatusOr<size_t> {
      if (absl::Status s = hub.Check(command); !s.ok()) return s;
      return look(hub);
    });
  }
  // Does it, and answers what `look` found right before.
  template <typename T>
  absl::StatusOr<size_t> Do(const T& command, Mode mode, size_t (*look)(const Hub&)) {
    absl::StatusOr<size_t> found = Ask(command, look);
    if (!found.ok() || mode == Mode::kCheckOnly) return found;
    if (absl::Status s = dispatcher_.Command(command); !s.ok()) return s;
    return found;
  }

  Dispatcher& dispatcher() { return dispatcher_; }
  const Counters& counters() const { return hub_.counters(); }
  EventLog& events() { return events_; }
  const std::string& epoch() const { return epoch_; }

  EventListeners& listeners() { return listeners_; }

 private:
  absl::Status StartLocked(Mode mode) ABSL_EXCLUSIVE_LOCKS_REQUIRED(lifecycle_)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    if (!keys_status_.ok()) return keys_status_;
    if (absl::Status s = CheckRoutes(options_); !s.ok()) return s;
    if (IsRunning()) return absl::FailedPreconditionError("the server is already running");
    if (mode == Mode::kCheckOnly) return CheckPorts();
    if (absl::Status s = ListenForMonitoring(); !s.ok()) return s;
    auto hubs_bound = BindForHubs();
    auto bound = hubs_bound.ok() ? Bind() : hubs_bound;
    if (!bound.ok()) {
      net_->StopListening();
      dispatcher_.Command(Report{ServerError{std::string(bound.status().message())}}).IgnoreError();
      return bound.status();
    }
    bound_port_ = bound->front().port;
    StartSignaling start{options_.host, *bound_port_, UrlOf(options_.host, *bound_port_),
                         net::OwnAddresses(*bound)};
    if (hub_port_.has_value()) {
      const std::string& host = options_.hub_listen->host;
      start.for_hubs = HostPort{host, *hub_port_};
      start.url = UrlOf(host, *hub_port_);
      start.addresses = net::OwnAddresses(*hubs_bound);
    }
    if (absl::Status s = dispatcher_.Command(start); !s.ok()) {
      net_->StopListening();
      return s;
    }
    {
      MutexLock lock(mutex_);
      running_ = true;
      started_ = clock_.Read().steady;
      for (const net::BoundAddress& at : *bound) addresses_.push_back({at.host, at.port});
      for (const net::BoundAddress& at : *hubs_bound) hub_addresses_.push_back({at.host, at.port});
    }
    net_->RefuseUpgrades(false);
    return absl::OkStatus();
  }

  // While running.
  void StopLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(lifecycle_) ABSL_LOCKS_EXCLUDED(mutex_) {
    net_->RefuseUpgrades(true);
    net_->StopListening();
    dispatcher_.Command(StopSignaling{}).IgnoreError();  // fails only when stopped already
    net_->WaitUntilEmpty(kStopLimit);
    {
      MutexLock lock(mutex_);
      running_ = false;
      addresses_.clear();
      hub_addresses_.clear();
    }
    stopped_.notify_all();
  }

  absl::StatusOr<std::vector<net::BoundAddress>> Bind() ABSL_EXCLUSIVE_LOCKS_REQUIRED(lifecycle_) {
    // Between binding and serving nobody is let in, as the hub would have to send them away.
    net_->RefuseUpgrades(true);
    const PortRange ports = PeersPorts();
    return net_->Listen(options_.host, ports.first, ports.further);
  }

  struct PortRange {
    uint16_t first = 0;
    uint16_t further = 0;  // to try if those before are taken
  };
  PortRange PeersPorts() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(lifecycle_) {
    const std::optional<uint16_t> asked = bound_port_.has_value() ? bound_port_ : options_.port;
    if (asked.has_value()) return {*asked, 0};
    return {kDefaultPort, kFurtherPorts};
  }

  // Binds what Start would bind, and releases it; nobody is accepted.
  absl::Status CheckPorts() ABSL_EXCLUSIVE_LOCKS_REQUIRED(lifecycle_) ABSL_LOCKS_EXCLUDED(mutex_) {
    std::vector<net::ListeningSocket> monitoring;
    if (MonitoringWaits() && !options_.metrics_port_may_differ) {
      const HostPort& at = *options_.metrics_listen;
      auto bound = net::OpenListeningSockets(at.host, at.port, /*further_ports=*/0, log_);
      if (!bound.ok()) return OfMetricsListen(bound.status());
      monitoring = *std::move(bound);  // kept, for both ports may be one
    }
    std::vector<net::ListeningSocket> hubs;  // kept likewise
    if (options_.hub_listen.has_value()) {
      const uint16_t port = hub_port_.value_or(options_.hub_listen->port);
      auto bound = net::OpenListeningSockets(options_.hub_listen->host, port, 0, log_);
      if (!bound.ok()) return OfHubListen(bound.status());
      hubs = *std::move(bound);
    }
    const PortRange ports = PeersPorts();
    return net::OpenListeningSockets(options_.host, ports.first, ports.further, log_).status();
  }

  // The addresses of hub_listen; none where hubs and peers share a port.
  absl::StatusOr<std::vector<net::BoundAddress>> BindForHubs()
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(lifecycle_) {
    if (!options_.hub_listen.has_value()) return std::vector<net::BoundAddress>();
    const auto& [host, port] = *options_.hub_listen;
    net_->RefuseUpgrades(true);
    auto bound = net_->ListenForHubs(host, hub_port_.value_or(port));
    if (!bound.ok()) return OfHubListen(bound.status());
    hub_port_ = bound->front().port;
    return bound;
  }

  // Once; it stays while signaling stops and starts.
  absl::Status ListenForMonitoring() ABSL_LOCKS_EXCLUDED(mutex_) {
    if (!MonitoringWaits()) return absl::OkStatus();
    const auto& [host, port] = *options_.metrics_listen;
    const uint16_t further_ports = options_.metrics_port_may_differ ? kFurtherPorts : uint16_t{0};
    auto bound = monitoring_port_->Listen(host, port, further_ports);
    if (absl::IsAlreadyExists(bound.status()) && options_.metrics_port_may_differ) {
      bound = monitoring_port_->Listen(host, 0, 0);
    }
    if (!bound.ok()) return OfMetricsListen(bound.status());
    MutexLock lock(mutex_);
    for (const net::BoundAddress& at : *bound) metrics_addresses_.push_back({at.host, at.port});
    return absl::OkStatus();
  }

  // Whether the next Start binds the monitoring port.
  bool MonitoringWaits() const ABSL_LOCKS_EXCLUDED(mutex_) {
    return monitoring_port_.has_value() && MetricsAddresses().empty();
  }

  static absl::Status OfMetricsListen(const absl::Status& status) {
    return {status.code(), absl::StrCat("--metrics-listen: ", status.message())};
  }

  static absl::Status OfHubListen(const absl::Status& status) {
    return {status.code(), absl::StrCat("--hub-listen: ", status.message())};
  }

  void NoteDrained() ABSL_LOCKS_EXCLUDED(drain_mutex_) {
    {
      MutexLock lock(drain_mutex_);
      drained_ = true;
    }
    drained_changed_.notify_all();
  }

  // A drain ends with Stop, which waits for connections to close. No thread of the hub has time for
  // that, and a listener may wait for the end itself.
  void EndDrains(const std::stop_token& stop)
      ABSL_LOCKS_EXCLUDED(lifecycle_, mutex_, drain_mutex_) {
    for (;;) {
      {
        MutexLock lock(drain_mutex_);
        const auto drained = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(drain_mutex_) { return drained_; };
        if (!drained_changed_.wait(drain_mutex_, stop, drained)) return;
        drained_ = false;
      }
      // The news may be old: somebody may have stopped and started the server since.
      if (dispatcher_.Read([](const Hub& hub) { return hub.Stats().serving; }) ==
          Serving::kDraining) {
        Stop();
      }
    }
  }

  const HubServerOptions options_;
  SystemClock clock_;
  std::unique_ptr<Log> own_log_;
  Log& log_;
  const std::shared_ptr<const Keyring> keyring_;
  Hub hub_;
  EventLog events_;
  const std::string epoch_{HubServer::GeneratePeerId().text().substr(0, 16)};
  auth::HubKeys hub_keys_{clock_.Read().unix_ms};
  absl::Status keys_status_;
  net::DataPlaneOptions net_options_;
  Dispatcher dispatcher_;
  DeadlineThread deadlines_;

  // Held for the whole of Start and Stop, which so exclude each other.
  Mutex lifecycle_;
  std::optional<uint16_t> bound_port_ ABSL_GUARDED_BY(lifecycle_);
  std::optional<uint16_t> hub_port_ ABSL_GUARDED_BY(lifecycle_);  // of hub_listen

  mutable Mutex mutex_;
  std::condition_variable_any stopped_;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  SteadyTime started_ ABSL_GUARDED_BY(mutex_);
  std::vector<HubServer::Address> addresses_ ABSL_GUARDED_BY(mutex_);
  std::vector<HubServer::Address> hub_addresses_ ABSL_GUARDED_BY(mutex_);
  std::vector<HubServer::Address> metrics_addresses_ ABSL_GUARDED_BY(mutex_);

  Mutex drain_mutex_;
  std::condition_variable_any drained_changed_;
  bool drained_ ABSL_GUARDED_BY(drain_mutex_) = false;  // and EndDrains has not seen it

  mutable Mutex more_metrics_mutex_;
  MetricSource more_metrics_ ABSL_GUARDED_BY(more_metrics_mutex_);
  const net::MonitoringRoutes monitoring_{hub_.counters(), [this] { return Metrics(); }};
  std::optional<net::MonitoringPort> monitoring_port_;

  // The loops end first, so that nothing calls into what is already gone.
  EventListeners listeners_{events_, dispatcher_};
  std::jthread drain_end_;
  std::optional<net::DataPlane> net_;
};

HubServer::HubServer(HubServerOptions options, Log* log)
    : impl_(std::make_unique<Impl>(std::move(options), log)) {}

HubServer::~HubServer() = default;

absl::Status HubServer::Start(Mode mode) { return impl_->Start(mode); }

void HubServer::Stop() { impl_->Stop(); }

absl::StatusOr<size_t> HubServer::Stop(Mode mode) { return impl_->Stop(mode); }

absl::StatusOr<size_t> HubServer::Drain(Duration over, Mode mode) {
  return impl_->Drain(over, mode);
}

absl::StatusOr<size_t> HubServer::Undrain(Mode mode) { return impl_->Undrain(mode); }

void HubServer::WaitUntilStopped() { impl_->WaitUntilStopped(); }

bool HubServer::IsRunning() const { return impl_->IsRunning(); }

std::vector<HubServer::Address> HubServer::Addresses() const { return impl_->Addresses(); }

std::vector<HubServer::Address> HubServer::HubAddresses() const { return impl_->HubAddresses(); }

std::vector<HubServer::Address> HubServer::MetricsAddresses() const {
  return impl_->MetricsAddresses();
}

void HubServer::SetMoreMetrics(MetricSource source) { impl_->SetMoreMetrics(std::move(source)); }

std::string HubServer::Metrics() const { return impl_->Metrics(); }

bool HubServer::IsPeerHub(const PeerId& peer) const {
  return impl_->dispatcher().Read([&](const Hub& hub) { return hub.IsPeerHub(peer); });
}

std::vector<HubRecord> HubServer::GetExpectedHubs() const {
  return impl_->dispatcher().Read([](const Hub& hub) { return hub.HubsExpected(); });
}

absl::Status HubServer::RegisterHub(const PeerId& peer, const HubDescription& hub, Mode mode) {
  return impl_->Do(pigeonhub::RegisterHub{peer, ProfileOf(hub)}, mode);
}

absl::Status HubServer::UnregisterHub(const PeerId& peer, Mode mode) {
  return impl_->Do(pigeonhub::UnregisterHub{peer}, mode);
}

absl::Status HubServer::QuarantineHub(const PeerId& hub, Mode mode) {
  return impl_->Do(pigeonhub::QuarantineHub{hub}, mode);
}

absl::Status HubServer::ReleaseHub(const PeerId& hub, Mode mode) {
  return impl_->Do(pigeonhub::ReleaseHub{hub}, mode);
}

std::vector<HubRecord> HubServer::GetConnectedHubs(const std::optional<PeerId>& exclude) const {
  std::vector<HubRecord> hubs =
      impl_->dispatcher().Read([](const Hub& hub) { return net::KnownHubs(hub); });
  std::erase_if(hubs, [&](const HubRecord& hub) { return hub.peer == exclude; });
  return hubs;
}

HubServerStats HubServer::GetStats() const { return impl_->GetStats(); }

HubServerHubStats HubServer::GetHubStats() const {
  HubServerHubStats stats;
  stats.hubs = GetConnectedHubs();
  stats.total_hubs = stats.connected_hubs = stats.hubs.size();
  for (LinkRecord& link : Links().links) {
    if (link.bootstrap) stats.bootstrap_hubs.push_back(std::move(link));
  }
  stats.quarantined_hubs =
      impl_->dispatcher().Read([](const Hub& hub) { return hub.QuarantinedHubs(); });
  return stats;
}

std::string HubServer::GetHubMeshNamespace() const {
  return impl_->dispatcher().Read([](const Hub& hub) { return hub.hub_mesh_namespace(); });
}

absl::Status HubServer::SetHubMeshNamespace(std::string_view name) {
  return impl_->dispatcher().Command(pigeonhub::SetHubMeshNamespace{std::string(name)});
}

absl::StatusOr<HubServer::HubMeshNamespaceChange> HubServer::ChangeHubMeshNamespace(
    std::string_view name, bool restart, Mode mode) {
  return impl_->ChangeHubMeshNamespace(name, restart, mode);
}

absl::StatusOr<size_t> HubServer::ConnectToBootstrapHubs(Mode mode) {
  return impl_->Do(ConnectBootstrapHubs{}, mode, BootstrapHubs);
}

absl::Status HubServer::ConnectToHub(std::string_view url, Mode mode) {
  return impl_->Do(ConnectHub{std::string(url)}, mode);
}

size_t HubServer::DisconnectFromBootstrapHubs(Mode mode) {
  return *impl_->Do(DisconnectBootstrapHubs{}, mode, BootstrapHubs);  // never refused
}

HubServer::LinkList HubServer::Links() const {
  return impl_->dispatcher().Read([](const Hub& hub) {
    return LinkList{hub.Links(), hub.next_event()};
  });
}

TopologyRecord HubServer::Topology() const {
  return impl_->dispatcher().Read([](const Hub& hub) { return hub.Topology(); });
}

absl::Status HubServer::DisconnectLink(const PeerId& hub, Mode mode) {
  return impl_->Do(pigeonhub::DisconnectLink{hub}, mode);
}

absl::Status HubServer::DisconnectUrl(std::string_view url, Mode mode) {
  return impl_->Do(pigeonhub::DisconnectUrl{std::string(url)}, mode);
}

absl::Status HubServer::SetBootstrapHubs(std::vector<std::string> urls) {
  return impl_->dispatcher().Command(pigeonhub::SetBootstrapHubs{std::move(urls)});
}

absl::Status HubServer::SetHubKeys(std::string_view text) { return impl_->SetHubKeys(text); }

absl::Status HubServer::SetHubTrust(const std::optional<std::string>& text) {
  return impl_->SetHubTrust(text);
}

absl::Status HubServer::CheckHubTrust(std::string_view text) {
  return auth::ParseTrustedHubs(text).status();
}

std::string HubServer::PublicKeyText() const { return impl_->PublicKeyText(); }

absl::Status HubServer::CheckHubKeys(std::string_view text) { return auth::HubKeys::Check(text); }

PeerId HubServer::GeneratePeerId() { return *PeerId::Parse(RandomHex(PeerId::kLength)); }

HubServer::PeerPage HubServer::ListPeers(const PeerFilter& filter, uint64_t after_order,
                                         size_t max_looked_at) const {
  return impl_->dispatcher().Read([&](const Hub& hub) {
    return PeerPage{hub.ListPeers(filter, after_order, max_looked_at), hub.next_event()};
  });
}

std::optional<PeerRecord> HubServer::GetPeer(const PeerId& peer) const {
  return impl_->dispatcher().Read([&](const Hub& hub) { return hub.FindPeer(peer); });
}

HubServer::NamespacePage HubServer::ListNamespaces(const std::string& prefix,
                                                   const std::string& after, size_t limit) const {
  return impl_->dispatcher().Read([&](const Hub& hub) {
    return NamespacePage{hub.ListNamespaces(prefix, after, limit), hub.next_event()};
  });
}

std::optional<NamespaceRecord> HubServer::GetNamespace(const std::string& name) const {
  return impl_->dispatcher().Read([&](const Hub& hub) { return hub.FindNamespace(name); });
}

absl::Status HubServer::DisconnectPeer(const PeerId& peer, Mode mode) {
  return impl_->Do(pigeonhub::DisconnectPeer{peer}, mode);
}

const Counters& HubServer::counters() const { return impl_->counters(); }

EventLog& HubServer::events() { return impl_->events(); }

const std::string& HubServer::epoch() const { return impl_->epoch(); }

void HubServer::WatchSignals(std::vector<SignalFilter> filters) {
  impl_->dispatcher()
      .Command(pigeonhub::WatchSignals{std::move(filters)})
      .IgnoreError();  // always OK
}

void HubServer::ShowBootstrapSignaling(bool show) {
  impl_->listeners().ShowBootstrapSignaling(show);
}

void HubServer::RecordAudit(Audit audit) {
  impl_->dispatcher().Command(Report{std::move(audit)}).IgnoreError();  // always OK
}

HubServer::ListenerId HubServer::OnAny(std::function<void(const Event&)> listener) {
  return AddListener(std::move(listener), /*shows_bootstrap_signaling=*/false);
}

HubServer::ListenerId HubServer::OnLostEvents(std::function<void(uint64_t count)> listener) {
  return impl_->listeners().Add({.on_lost = std::move(listener)});
}

HubServer::ListenerId HubServer::AddListener(std::function<void(const Event&)> listener,
                                             bool shows_bootstrap_signaling) {
  return impl_->listeners().Add(
      {.on_event = std::move(listener), .shows_bootstrap_signaling = shows_bootstrap_signaling});
}

void HubServer::Off(ListenerId listener) { impl_->listeners().Remove(listener); }

}  // namespace pigeonhub
