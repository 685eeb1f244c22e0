// SPDX-License-Identifier: Apache-2.0

#include "control/control_server.h"

#include <grpcpp/ext/channelz_service_plugin.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/server_interceptor.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>

#include "console/embedded_files.h"
#include "control/access/tls_credentials.h"
#include "control/call/builtin_guard.h"
#include "control/call/call_metrics.h"
#include "control/call/control_plane.h"
#include "control/events/readiness.h"
#include "control/listen_address.h"
#include "control/remote/answering.h"
#include "control/remote/hubs_of_mesh.h"
#include "control/services/health.h"
#include "control/services/reflection.h"
#include "control/services/services.h"
#include "control/web/web_server.h"
#include "server/base/text.h"
#include "server/internals/hub_internals.h"
#include "server/runtime/event_follower.h"

namespace pigeonhub {
namespace {

// What the hub knows these parts by.
constexpr char kName[] = "control";
constexpr char kConsoleName[] = "console";
constexpr uint16_t kFirstPort = 50051;
constexpr uint16_t kLastPort = 50061;
constexpr int kMaxMessage = 4 << 20;
constexpr auto kShutdownLimit = std::chrono::seconds(1);

// How often Readiness looks, and streams are reviewed, while no event happens.
constexpr Duration kPatience = std::chrono::seconds(1);

// Services that gRPC itself brings are switched on for the whole process.
void EnableBuiltinServices() {
  static std::once_flag once;
  std::call_once(once, [] { grpc::channelz::experimental::InitChannelzService(); });
}

// These limits stop mistakes, and no attacks: gRPC does not bound floods of headers and resets. So
// CheckReach lets only trusted callers reach this server.
void LimitCallers(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessage);
  builder.SetMaxSendMessageSize(kMaxMessage);
  // Without this, two hubs could share the port, and each would get calls for the other.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // A stranger who connects and sends nothing holds a descriptor for this long. gRPC's own value is
  // 120 s, and it accepts everybody.
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000);
  // This finds watchers whose connection is gone without a close.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
}

// While this object lives, new files belong to their owner only. The mask is that of the whole
// process, but nothing else creates files while a hub starts.
class OwnerOnly {
 public:
  OwnerOnly() : before_(umask(0177)) {}
  ~OwnerOnly() { umask(before_); }
  OwnerOnly(const OwnerOnly&) = delete;
  OwnerOnly& operator=(const OwnerOnly&) = delete;

 private:
  const mode_t before_;
};

// The address to bind: the configured one, or the first free one from `first` on.
absl::StatusOr<ListenAddress> FindAddress(const std::optional<std::string>& asked, uint16_t first) {
  if (asked) {
    auto address = ListenAddress::Parse(*asked);
    if (!address.ok()) return address.status();
    if (auto status = CheckFree(*address); !status.ok()) return status;
    return address;
  }
  ListenAddress address{ListenAddress::Kind::kTcp, "127.0.0.1", first, {}};
  absl::Status status;
  for (; address.port <= kLastPort; ++address.port) {
    status = CheckFree(address);
    if (status.ok()) return address;
  }
  return absl::AlreadyExistsError(
      "cannot listen for the control API: ports 50051 to 50061 of 127.0.0.1 are in use; "
      "--control-listen takes another address, or off");
}

}  // namespace

namespace {

absl::Status CheckListen(const ControlReach& reach) {
  if (!reach.listen) return absl::OkStatus();
  const auto address = ListenAddress::Parse(*reach.listen);
  if (!address.ok()) return address.status();
  if (address->kind == ListenAddress::Kind::kOff && reach.console && reach.console->listen) {
    return absl::InvalidArgumentError(
        "--console-listen " + Shown(*reach.console->listen) +
        ": there is no console without the control API, and --control-listen is off");
  }
  if (address->IsLocal()) return absl::OkStatus();
  if (reach.tls.empty()) {
    return absl::InvalidArgumentError(
        "--control-listen " + address->text() +
        ": others can reach this address, so it needs --control-tls-cert and --control-tls-key; "
        "without them use a loopback address or unix:PATH");
  }
  if (reach.tls.client_ca.empty() && reach.access == nullptr) {
    return absl::InvalidArgumentError(
        "--control-listen " + address->text() +
        ": others can reach this address, so it needs --control-tls-client-ca or "
        "--control-tokens to tell who they are");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckReach(const ControlReach& reach) {
  const auto digest = CheckTlsFiles(reach.tls);
  if (!digest.ok()) return digest.status();
  if (auto status = CheckListen(reach); !status.ok()) return status;
  if (!reach.console) return absl::OkStatus();
  return CheckConsoleReach(*reach.console, reach.tls, reach.access != nullptr);
}

class ControlServer::Impl {
 public:
  Impl(HubServer& hub, Log& log, const Clock& clock, Settings& settings, const ControlReach& reach,
       EventFeed::Options watching)
      : plane_{hub,
               log,
               clock,
               settings,
               Authority(reach.access, !reach.tls.client_ca.empty()),
               std::string(hub.GetStats().hub.hub_peer_id.text()),
               clock.Read().unix_ms,
               {},
               {},
               {},
               nullptr,
               StreamPlaces(watching.places),
               StreamPlaces({kMostHandshakesWatched, kMostHandshakesWatched}),
               {HubInternals(hub).events(),
                clock,
                {HubInternals(hub).epoch(), std::string(hub.GetStats().hub.hub_peer_id.text())},
                watching,
                [&hub, shown = false](const EventFeed::Demand& demand) mutable {
                  HubInternals(hub).WatchSignals(kName, demand.signals);
                  HubInternals(hub).WatchHandshakes(demand.handshakes);
                  if (demand.bootstrap_signaling ==
                      std::exchange(shown, demand.bootstrap_signaling)) {
                    return;
                  }
                  HubInternals(hub).ShowBootstrapSignaling(demand.bootstrap_signaling);
                }},
               {},
               {},
               {}},
        services_{MakeAccessService(plane_), MakeEventService(plane_),     MakeHubService(plane_),
                  MakeMeshService(plane_),   MakeNamespaceService(plane_), MakePeerService(plane_),
                  MakeServerService(plane_), MakeTraceService(plane_)},
        hubs_of_mesh_(plane_),
        bookmark_after_(watching.bookmark_after) {
    plane_.other_hubs = &hubs_of_mesh_;
    HubInternals(plane_.hub).SetMoreMetrics(kName, [this](Exposition& out) {
      calls_.AddTo(out);
      plane_.feed.AddMetrics(out);
    });
  }

  ~Impl() {
    HubInternals(plane_.hub).SetMoreMetrics(kName, nullptr);
    HubInternals(plane_.hub).SetMoreMetrics(kConsoleName, nullptr);
    follower_.reset();
    if (server_ == nullptr) return;
    if (console_ != nullptr) console_->Stop();
    answering_.reset();
    hubs_of_mesh_.Close();
    plane_.inside.Close();
    plane_.feed.Close();
    health_.Shutdown();
    server_->Shutdown(std::chrono::system_clock::now() + kShutdownLimit);
  }

  // Binds the console port. Before Listen: calls tell where it is.
  absl::Status ListenForConsole(const ConsoleReach& reach, const TlsFiles& tls) {
    auto console = WebServer::Listen({reach, tls, plane_.hub_id, EmbeddedFiles()}, plane_.authority,
                                     plane_.inside, plane_.log);
    if (!console.ok()) return console.status();
    console_ = *std::move(console);
    plane_.console_addresses.push_back(console_->address());
    return absl::OkStatus();
  }

  absl::Status Listen(ListenAddress address, const TlsFiles& tls) {
    EnableBuiltinServices();
    grpc::ServerBuilder builder;
    LimitCallers(builder);
    const bool plain = tls.empty() || address.kind == ListenAddress::Kind::kUnix;
    credentials_ = plain ? grpc::InsecureServerCredentials() : MakeTlsCredentials(tls, plane_.log);
    int port = 0;
    builder.AddListeningPort(address.text(), credentials_, &port);
    for (const auto& service : services_) builder.RegisterService(service.get());
    builder.RegisterService(&health_);
    AddReflection(builder, plane_);
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> around;
    around.push_back(MakeCallMeter(calls_));
    around.push_back(MakeBuiltinGuard(plane_));
    builder.experimental().SetInterceptorCreators(std::move(around));
    // A watcher may come before the follower below, and has then read everything up to here.
    const uint64_t from = HubInternals(plane_.hub).events().next();
    {
      const OwnerOnly mask;
      server_ = builder.BuildAndStart();
    }
    // CheckFree found the address free a moment ago. So somebody took it since then, or gRPC has a
    // reason that it only logs.
    if (server_ == nullptr) {
      return absl::UnavailableError("cannot listen on " + address.text() + " for the control API");
    }
    if (address.kind == ListenAddress::Kind::kTcp) address.port = static_cast<uint16_t>(port);
    plane_.addresses.push_back(address.text());

    for (const char* name : {"AccessService", "EventService", "HubService", "MeshService",
                             "NamespaceService", "PeerService", "ServerService", "TraceService"}) {
      health_.SetServingStatus(std::string("pigeonhub.v1.") + name, true);
    }
    plane_.inside.Open(*server_);
    answering_.emplace(plane_);
    readiness_.emplace(plane_.hub, health_);
    // With this period a bookmark is late by a fraction of its own delay.
    follower_.emplace(HubInternals(plane_.hub).events(), from,
                      EventFollower::Pace{.patience = std::min(kPatience, bookmark_after_ / 4)},
                      [this] {
                        plane_.feed.Wake();
                        plane_.places.Review(plane_.authority.Version());
                        readiness_->Look();
                      });
    if (console_ != nullptr) {
      console_->Serve();
      HubInternals(plane_.hub).SetMoreMetrics(kConsoleName, [this](Exposition& out) {
        console_->AddMetrics(out);
      });
    }
    return absl::OkStatus();
  }

  const ControlPlane& plane() const { return plane_; }

 private:
  CallMetrics calls_;
  ControlPlane plane_;
  const std::array<std::unique_ptr<grpc::Service>, 8> services_;
  HealthService health_{plane_};
  HubsOfMesh hubs_of_mesh_;
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  std::unique_ptr<grpc::Server> server_;
  const Duration bookmark_after_;
  std::optional<Answering> answering_;  // what other hubs ask
  std::optional<Readiness> readiness_;
  std::optional<EventFollower> follower_;  // of what happens, for watchers and readiness
  std::unique_ptr<WebServer> console_;     // null: none
};

absl::StatusOr<std::unique_ptr<ControlServer>> ControlServer::Start(HubServer& hub, Log& log,
                                                                    const Clock& clock,
                                                                    Settings& settings,
                                                                    const ControlReach& reach,
                                                                    EventFeed::Options watching) {
  if (auto status = CheckReach(reach); !status.ok()) return status;
  for (uint16_t first = kFirstPort;;) {
    const auto address = FindAddress(reach.listen, first);
    if (!address.ok()) return address.status();
    auto impl = std::make_unique<Impl>(hub, log, clock, settings, reach, watching);
    if (reach.console) {
      auto status = impl->ListenForConsole(*reach.console, reach.tls);
      if (!status.ok()) return status;
    }
    const absl::Status status = impl->Listen(*address, reach.tls);
    if (status.ok()) return std::unique_ptr<ControlServer>(new ControlServer(std::move(impl)));
    if (reach.listen) return status;
    // Another hub that started at the same moment found this port free, too, and has it now.
    first = static_cast<uint16_t>(address->port + 1);
  }
}

ControlServer::ControlServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ControlServer::~ControlServer() = default;

const std::vector<std::string>& ControlServer::addresses() const {
  return impl_->plane().addresses;
}

const std::vector<std::string>& ControlServer::console_addresses() const {
  return impl_->plane().console_addresses;
}

}  // namespace pigeonhub
