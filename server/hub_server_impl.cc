// SPDX-License-Identifier: Apache-2.0

#include "server/hub_server_impl.h"

#include <algorithm>
#include <utility>

#include "pigeonhub_version.h"
#include "server/auth/trusted_hubs.h"
#include "server/base/address.h"
#include "server/base/key_pair.h"
#include "server/base/masked_url.h"
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
      tokens(options, clock, log),
      dispatcher(hub, clock, events, IoThreads(options), HasBus(options)),
      deadlines(dispatcher),
      bans_file(options.bans_file, dispatcher, clock, log),
      limits_in_force(RunningLimitsOf(options)),
      monitoring(
          options, hub.counters(), [this] { return Metrics(); }, log),
      listeners(events, dispatcher),
      data_plane(dispatcher, clock, log, hub_keys, OptionsOfNet()),
      bus(HasBus(options)
              ? bus::MakeBus(BrokerOptionsOf(options), IoThreads(options), dispatcher, log)
              : nullptr),
      lifecycle(options, dispatcher, data_plane, bus.get(), monitoring, bans_file, clock, log) {
  dispatcher.OnEarlierDeadline([this](SteadyTime at) { deadlines.Arm(at); });
  dispatcher.OnDrained([this] { drain_end.Note(); });
  dispatcher.OnBansChanged([this] { bans_file.NoteChange(); });
  dispatcher.OnQuestions([this](Effects effects) { questions.Take(std::move(effects)); });
  // Start says what is wrong with these.
  bans_file.Load();
  hub_keys.Set(options.hub_keys).IgnoreError();
  SetHubTrust(options.hub_trust).IgnoreError();
  if (own_log != nullptr) {
    listeners.Add({.on_event = [this](const Event& event) { LogEvent(event, log); }});
    listeners.Add({.on_lost = [this](uint64_t count) { LogLostEvents(count, log); }});
  }
  drain_end.Start([this] { lifecycle.EndDrain(); });
  questions.Start();
  listeners.Start();
}

HubServer::Impl::~Impl() {
  drain_end.Quit();
  questions.Quit();
  lifecycle.Stop();
  monitoring.Close();  // it reads what goes next
  listeners.Stop();
  bans_file.Close();
}

absl::Status HubServer::Impl::SetLimits(const RunningLimits& limits) {
  MutexLock lock(limits_mutex);  // so that all layers have those of the last call
  if (auto status = dispatcher.Command(pigeonhub::SetLimits{limits}); !status.ok()) return status;
  data_plane.SetLimits(limits);
  limits_in_force = limits;
  return absl::OkStatus();
}

RunningLimits HubServer::Impl::limits() const {
  MutexLock lock(limits_mutex);
  return limits_in_force;
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

std::vector<std::string> HubServer::Impl::WarningsOf(const BanTarget& target) const {
  std::vector<std::string> warnings;
  const auto banned = AddressNetwork::ParseAddressOrNetwork(target.value);
  if (target.kind != BanTarget::Kind::kAddress || !banned.has_value()) return warnings;
  const auto meets = [&](std::string_view text) {
    const auto other = AddressNetwork::ParseAddressOrNetwork(text);
    if (!other.has_value() || other->bytes().size() != banned->bytes().size()) return false;
    const unsigned bits = std::min(other->bits(), banned->bits());
    return other->Widened(bits).bytes() == banned->Widened(bits).bytes();
  };
  if (meets("127.0.0.0/8") || meets("::1")) {
    warnings.emplace_back(
        "the address is this machine: everybody comes from it who comes through a proxy here");
  }
  for (const std::string& proxy : options.trust_proxies) {
    if (!meets(proxy)) continue;
    warnings.push_back("the address is one of " + proxy +
                       ", which are trusted proxies: whoever comes through one that does not say "
                       "for whom has its address");
  }
  return warnings;
}

absl::StatusOr<BanEffect> HubServer::Impl::Ban(const BanOrder& order, Mode mode) {
  constexpr size_t kMostShown = 1000;
  const UnixMillis now = clock.Read().unix_ms;
  auto seen = Ask(pigeonhub::Ban{order}, mode,
                  [&](const Hub& core) { return core.ban_guard().Foresee(order, now); });
  if (!seen.ok()) return seen.status();
  BanEffect effect;
  effect.ends_at = seen->in_force.ends_at;
  effect.issued_before = seen->in_force.issued_before;
  effect.replaced = std::move(seen->replaced);
  effect.hits = seen->hit.size();
  seen->hit.resize(std::min(seen->hit.size(), kMostShown));
  effect.peers = std::move(seen->hit);
  effect.warnings = WarningsOf(order.target);
  return effect;
}

void HubServer::Impl::CompleteBus(BusRecord& record) const {
  if (bus == nullptr) return;
  if (record.server.empty()) record.server = MaskedUrl(options.nats_servers.front());
  std::string error = record.up ? bus->denied() : bus->last_error();
  if (!error.empty()) record.end = std::move(error);
}

std::string HubServer::Impl::Metrics() const {
  Exposition out;
  out.Gauge("pigeonhub_info", "What runs; the figure is always 1.", 1,
            {{"version", std::string(kVersion)}});
  AddHubMetrics(hub.counters(), limits().max_connections, events, out);
  out.Gauge("pigeonhub_hub_admission_open", "1 while anybody becomes a hub who says so.",
            options.hub_admission == HubAdmission::kOpen);
  data_plane.AddMetrics(out);
  if (bus != nullptr) {
    AddBusMetrics(hub.counters(), out);
    bus->AddMetrics(out);
  }
  tokens.AddMetrics(out);
  {
    MutexLock lock(more_metrics_mutex);
    for (const auto& [part, add] : more_metrics) {
      if (add) add(out);
    }
  }
  AddProcessMetrics(out);
  return out.Text();
}

net::DataPlaneOptions HubServer::Impl::OptionsOfNet() const {
  net::DataPlaneOptions of_net = NetOptions(options, hub.Stats().hub_peer_id);
  of_net.hub_public_key = keyring->signing_key();
  of_net.monitoring = &monitoring.routes();
  of_net.token_verifier = &tokens.verifier();
  return of_net;
}

}  // namespace pigeonhub
