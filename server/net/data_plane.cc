// SPDX-License-Identifier: Apache-2.0

#include "server/net/data_plane.h"

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

#include "server/base/process_memory.h"
#include "server/net/http/ban_gate.h"
#include "server/net/http/hub_credentials.h"
#include "server/net/http/peer_credentials.h"
#include "server/net/http/routes.h"
#include "server/net/http/upgrade_checks.h"
#include "server/net/http/upgrade_gate.h"
#include "server/net/listen/descriptors_left.h"
#include "server/net/listen/listener.h"
#include "server/net/loop/figures_question.h"
#include "server/net/loop/io_loop.h"
#include "server/net/loop/socket_count.h"
#include "server/net/tls/tls_client.h"
#include "server/net/tls/tls_server.h"
#include "server/runtime/address_table.h"
#include "server/runtime/memory_budget.h"

namespace pigeonhub::net {
namespace {

// From one look at the files of --tls-cert to the next: what was replaced is in force within a
// second.
constexpr std::chrono::milliseconds kTlsLook(500);

// Loops answer within a millisecond, unless they have too much to do.
constexpr std::chrono::milliseconds kWaitForFigures(250);

// From one look at the memory of the process to the next. What connections hold is known all the
// time, and the rest grows more slowly.
constexpr std::chrono::milliseconds kMemoryLook(100);
// To give back what was freed takes milliseconds, during which nothing is allocated.
constexpr std::chrono::seconds kBetweenTrims(1);

}  // namespace

class DataPlane::Impl {
 public:
  Impl(Dispatcher& dispatcher, const Clock& clock, Log& log, auth::HubKeys& hub_keys,
       DataPlaneOptions options)
      : options_(std::move(options)),
        dispatcher_(dispatcher),
        routes_(dispatcher, clock, options_.origins, options_.reach, options_.monitoring,
                {options_.routes, options_.other_paths}),
        budget_(options_.memory_limit, options_.io_threads),
        clock_(clock),
        log_(log),
        addresses_(Fitted(options_.addresses)),
        gate_(budget_, options_.admit, options_.origins),
        tls_client_(options_.dial.hub_ca),
        tls_server_(options_.tls, clock, log),
        credentials_(
            hub_keys, dispatcher, clock,
            {options_.dial.hub_peer_id, options_.hub_public_key, options_.takes_hub1_tokens}),
        peer_credentials_(options_.token_verifier, dispatcher, clock, options_.peer_tokens),
        bans_(dispatcher),
        untrusted_proxy_(!options_.connection.trusted_proxies.empty(), log),
        upgrades_(gate_, credentials_, peer_credentials_, bans_, dispatcher, untrusted_proxy_) {
    const LoopSurroundings surroundings{
        dispatcher, clock,    log,         options_.connection, options_.dial, routes_,
        upgrades_,  sockets_, tls_client_, tls_server_,         credentials_,  budget_};
    for (unsigned shard = 0; shard < options_.io_threads; ++shard) {
      loops_.push_back(std::make_unique<IoLoop>(shard, surroundings));
      dispatcher.Attach(shard, *loops_.back());
    }
    peers_port_.emplace(*this, loops_.front()->reactor(), log);
    hubs_port_.emplace(*this, loops_.front()->reactor(), log);
    MeasureMemory();
    if (tls_server_.is_on()) {
      loops_.front()->reactor().Every(kTlsLook, [this] { tls_server_.Look(); });
    }
    loops_.front()->reactor().Every(kMemoryLook, [this] { NoteMemory(); });
    loops_.front()->reactor().Every(std::chrono::seconds(1), [this] { NoteAddresses(); });
  }

  ~Impl() {
    StopListening();
    for (auto& loop : loops_) loop->ResetAll();
    // A loop may wake another until it has stopped.
    for (auto& loop : loops_) loop->Stop();
  }

  absl::StatusOr<std::vector<BoundAddress>> Listen(const std::string& host, uint16_t port,
                                                   uint16_t further_ports) {
    if (auto status = tls_server_.Open(); !status.ok()) return status;
    return peers_port_->listener.Listen(host, port, further_ports);
  }

  absl::StatusOr<std::vector<BoundAddress>> ListenForHubs(const std::string& host, uint16_t port) {
    if (auto status = tls_server_.Open(); !status.ok()) return status;
    auto bound = hubs_port_->listener.Listen(host, port, 0);
    if (bound.ok()) {
      peers_port_->entrance = Entrance::kPeers;
      hubs_port_->entrance = Entrance::kHubs;
    }
    return bound;
  }

  void RefuseUpgrades(bool refuse) { gate_.Refuse(refuse); }

  void StopListening() {
    peers_port_->listener.Stop();
    hubs_port_->listener.Stop();
    for (auto& loop : loops_) loop->DropHandshakes();
  }

  bool WaitUntilEmpty(Duration limit) {
    if (sockets_.WaitForNone(limit)) return true;
    for (auto& loop : loops_) loop->ResetAll();
    return false;
  }

  void AddMetrics(Exposition& out) const {
    const MemoryBudget::Held held = budget_.held();
    out.Gauge("pigeonhub_queue_bytes", "Bytes queued towards peers.",
              static_cast<double>(held.queue));
    out.Gauge("pigeonhub_message_bytes", "Bytes of messages that have begun and are not complete.",
              static_cast<double>(held.message));
    out.Gauge(
        "pigeonhub_announced_bytes",
        "Bytes that peers announced, which are kept while they stay; those of small announces "
        "are not counted.",
        static_cast<double>(held.announced));
    tls_server_.AddMetrics(out);
    out.Gauge("pigeonhub_memory_limit_bytes", "Memory that the hub may use; 0: no limit.",
              static_cast<double>(budget_.limit()));
    AddAddresses(out);
    for (size_t i = 0; i < loops_.size(); ++i) {
      out.Histogram("pigeonhub_loop_lag_seconds", "How late an I/O loop came to its timer.",
                    loops_[i]->lag(), {{"loop", std::to_string(i)}});
    }
    const LagSummary lag = recent_lag();
    out.Gauge("pigeonhub_loop_lag_p99_seconds",
              "How late 99 of 100 timers of the I/O loops came at most, within the last minute.",
              std::chrono::duration<double>(lag.p99).count());
    out.Gauge("pigeonhub_loop_lag_max_seconds",
              "How late the latest timer of the I/O loops came within the last minute.",
              std::chrono::duration<double>(lag.max).count());
  }

  void AddAddresses(Exposition& out) const {
    const AddressTable::Levels levels = addresses_.levels();
    const std::vector<AddressTable::Row> busiest = addresses_.Busiest(1);
    out.Gauge("pigeonhub_unfinished_handshakes", "Sockets that are no WebSocket yet.",
              static_cast<double>(levels.handshakes));
    out.Gauge("pigeonhub_busiest_address_connections",
              "Connections of the address that has the most.",
              busiest.empty() ? 0 : static_cast<double>(busiest.front().connections));
    out.Gauge("pigeonhub_addresses", "Addresses that are counted.",
              static_cast<double>(levels.addresses));
    out.Gauge("pigeonhub_address_bytes", "Memory for what is counted of addresses.",
              static_cast<double>(levels.bytes));
    out.Counter("pigeonhub_addresses_forgotten_total",
                "Addresses that were forgotten early, because there were too many.",
                static_cast<double>(levels.forgotten));
  }

  void SetLimits(const RunningLimits& limits) {
    budget_.SetLimit(limits.memory_limit);
    addresses_.SetLimits(limits);
  }

  uint64_t queued_bytes() const { return budget_.held().queue; }

  size_t open_sockets() const { return sockets_.value(); }
  const MemoryBudget& memory() const { return budget_; }
  const AddressTable& addresses() const { return addresses_; }
  AddressLease Seat(std::string_view address) { return addresses_.Seat(address); }

  std::vector<ConnectionFigures> FiguresOf(std::vector<ConnectionId> connections,
                                           FiguresWanted wanted) const {
    if (connections.empty()) return {};
    const auto question =
        std::make_shared<FiguresQuestion>(std::move(connections), wanted, loops_.size());
    for (const auto& loop : loops_) loop->Ask(question);
    return question->Wait(kWaitForFigures);
  }

  LagSummary recent_lag() const {
    std::vector<Duration> lags;
    const SteadyTime now = clock_.Read().steady;
    for (const auto& loop : loops_) loop->recent_lag().AddTo(lags, now);
    return Summarize(std::move(lags));
  }

  std::optional<TlsRecord> tls() const { return tls_server_.record(); }

 private:
  // A port through which connections come.
  struct Port final : Listener::Sink {
    Port(Impl& plane, Reactor& reactor, Log& log) : plane(plane), listener(reactor, log, *this) {}
    void OnAccepted(Descriptor descriptor, std::string address, DescriptorsLeft left) override {
      plane.OnAccepted(std::move(descriptor), std::move(address), left, entrance);
    }
    void OnTurnedAway() override { plane.OnTurnedAway(); }

    Impl& plane;
    std::atomic<Entrance> entrance = Entrance::kAnybody;
    Listener listener;  // lives on the first loop
  };

  void OnAccepted(Descriptor descriptor, std::string address, DescriptorsLeft left,
                  Entrance entrance) {
    Connection::Accepted accepted{.address = std::move(address), .entrance = entrance};
    accepted.lease = addresses_.Seat(accepted.address);
    // A proxy will say whose connection it is.
    const bool is_proxy = options_.connection.trusted_proxies.Contain(accepted.address);
    if (accepted.lease.is_crowded() && !is_proxy) {
      return dispatcher_.Submit(0, Refused{Reason::kAddressHandshakes, {}, accepted.address});
    }
    if (left == DescriptorsLeft::kForAnybody) {
      return loops_[next_loop_++ % loops_.size()]->Adopt(std::move(descriptor),
                                                         std::move(accepted));
    }
    IoLoop& own_loop = *loops_.front();
    if (left > DescriptorsLeft::kForHttp && own_loop.EndOldestForHttp()) {
      descriptor = MoveDown(std::move(descriptor));
      left = LeftAfter(descriptor);
    }
    if (left > DescriptorsLeft::kForHttp) return OnTurnedAway();
    own_loop.AdoptForHttp(std::move(descriptor), std::move(accepted));
  }
  void OnTurnedAway() { dispatcher_.Submit(0, Refused{Reason::kOutOfDescriptors}); }

  // Unfinished handshakes of one address may take a quarter of the descriptors.
  static AddressTable::Rules Fitted(AddressTable::Rules rules) {
    rules.max_handshakes = std::min<size_t>(rules.max_handshakes, DescriptorLimit() / 4);
    return rules;
  }

  void NoteAddresses() {
    addresses_.Compact(clock_.Read().steady);
    const std::optional<AddressTable::Row> crowd = addresses_.NearlyEverybody();
    if (!crowd.has_value() || crowd->address == suspect_) return;
    suspect_ = crowd->address;
    log_.Warn(
        "nearly all connections have one address, which looks like a proxy: set --trust-proxy",
        {{"address", std::string_view(suspect_)},
         {"connections", static_cast<uint64_t>(crowd->connections)}});
  }

  void MeasureMemory() {
    if (budget_.limit() == 0) return;
    budget_.Measure(ReadProcessMemory().resident);
    const SteadyTime now = clock_.Read().steady;
    const bool helps = budget_.is_tight() || budget_.has_free();
    if (!helps || now - trimmed_at_ < kBetweenTrims) return;
    // What was freed is in use as far as the kernel knows.
    trimmed_at_ = now;
    malloc_trim(0);
    budget_.GaveBack();
    budget_.Measure(ReadProcessMemory().resident);
  }

  void NoteMemory() {
    MeasureMemory();
    const bool is_short = budget_.is_short();
    if (is_short == std::exchange(memory_is_short_, is_short)) return;
    dispatcher_.Submit(0, MemoryShortage{is_short});
  }

  const DataPlaneOptions options_;
  Dispatcher& dispatcher_;
  const HttpRoutes routes_;
  MemoryBudget budget_;
  const Clock& clock_;
  Log& log_;
  AddressTable addresses_;  // before the loops, whose connections have leases
  UpgradeGate gate_;
  SocketCount sockets_;
  TlsClient tls_client_;
  TlsServer tls_server_;
  const HubCredentials credentials_;
  const PeerCredentials peer_credentials_;
  const BanGate bans_;
  UntrustedProxy untrusted_proxy_;
  const UpgradeChecks upgrades_;
  std::vector<std::unique_ptr<IoLoop>> loops_;
  std::optional<Port> peers_port_;
  std::optional<Port> hubs_port_;
  size_t next_loop_ = 0;          // on the first loop's thread
  bool memory_is_short_ = false;  // also
  SteadyTime trimmed_at_;         // also
  std::string suspect_;           // of being a proxy, as told last; also
};

DataPlane::DataPlane(Dispatcher& dispatcher, const Clock& clock, Log& log, auth::HubKeys& hub_keys,
                     DataPlaneOptions options)
    : impl_(std::make_unique<Impl>(dispatcher, clock, log, hub_keys, std::move(options))) {}

DataPlane::~DataPlane() = default;

absl::StatusOr<std::vector<BoundAddress>> DataPlane::Listen(const std::string& host, uint16_t port,
                                                            uint16_t further_ports) {
  return impl_->Listen(host, port, further_ports);
}

absl::StatusOr<std::vector<BoundAddress>> DataPlane::ListenForHubs(const std::string& host,
                                                                   uint16_t port) {
  return impl_->ListenForHubs(host, port);
}

void DataPlane::RefuseUpgrades(bool refuse) { impl_->RefuseUpgrades(refuse); }

void DataPlane::StopListening() { impl_->StopListening(); }

bool DataPlane::WaitUntilEmpty(Duration limit) { return impl_->WaitUntilEmpty(limit); }

void DataPlane::AddMetrics(Exposition& out) const { impl_->AddMetrics(out); }

void DataPlane::SetLimits(const RunningLimits& limits) { impl_->SetLimits(limits); }

uint64_t DataPlane::queued_bytes() const { return impl_->queued_bytes(); }

size_t DataPlane::open_sockets() const { return impl_->open_sockets(); }

const MemoryBudget& DataPlane::memory() const { return impl_->memory(); }

LagSummary DataPlane::recent_lag() const { return impl_->recent_lag(); }

std::vector<ConnectionFigures> DataPlane::FiguresOf(std::vector<ConnectionId> connections,
                                                    FiguresWanted wanted) const {
  return impl_->FiguresOf(std::move(connections), wanted);
}

std::optional<TlsRecord> DataPlane::tls() const { return impl_->tls(); }

const AddressTable& DataPlane::addresses() const { return impl_->addresses(); }

AddressLease DataPlane::Seat(std::string_view address) { return impl_->Seat(address); }

}  // namespace pigeonhub::net
