// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/serve.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "console/embedded_files.h"
#include "control/control_server.h"
#include "control/daemon/audit_log.h"
#include "control/daemon/config/config_options.h"
#include "control/daemon/config/dev_mode.h"
#include "control/daemon/config_checks.h"
#include "control/daemon/descriptor_limit.h"
#include "control/daemon/dev_tokens.h"
#include "control/daemon/history_options.h"
#include "control/daemon/live_printer.h"
#include "control/daemon/log_events.h"
#include "control/daemon/named_files.h"
#include "control/daemon/served_pages.h"
#include "control/daemon/server_options.h"
#include "control/daemon/serving_notice.h"
#include "control/daemon/standard_output.h"
#include "control/daemon/supervisor.h"
#include "control/daemon/terminal.h"
#include "control/pages/pages.h"
#include "pigeonhub/hub_server.h"
#include "server/base/duration.h"
#include "server/base/files.h"
#include "server/base/text.h"
#include "server/internals/hub_internals.h"
#include "server/runtime/clock.h"
#include "server/runtime/log.h"

namespace pigeonhub {
namespace {

// How long stopping takes after the drain, at most.
constexpr Duration kLastSteps = std::chrono::seconds(10);

// From this size on a buffer goes back to the system as soon as it is free. glibc would raise the
// size with each large message, and keep what is free: then --memory-limit would cost peers that
// hold nothing.
constexpr int kLargeBuffer = 128 * 1024;

void RaiseLimits(const Config& config, Log& log) {
  RaiseDescriptorLimit();
  CheckDescriptors(config.max_connections, log);
}

void Reload(RunningConfig& config, AuditLog* audit, Log& log) {
  if (audit != nullptr) {
    if (const auto status = audit->Reopen(); !status.ok()) {
      const std::string why(status.message());
      log.Error("the audit log goes on in the file it had", {{"problem", Whole(why)}});
    }
  }
  const auto reloaded = config.Reload(/*only_check=*/false);
  if (!reloaded.ok()) {
    const std::string why(reloaded.status().message());
    log.Error("not reloaded, nothing was changed", {{"problem", Whole(why)}});
    return;
  }
  log.Info("reloaded", {{"applied", uint64_t{reloaded->applied.size()}}});
  for (const std::string& name : reloaded->needs_restart) {
    log.Warn("changed, but waits for a restart", {{"setting", std::string_view(name)}});
  }
}

// How often files are looked at that are taken over by themselves: as often as those of TLS.
constexpr std::chrono::milliseconds kBetweenLooks{500};

// Waits. True if a signal to stop came, false after Cancel. Each SIGHUP that comes meanwhile
// reloads, or stops where `terminal`, which may be null, was closed; files that are replaced are
// taken over, and `live`, which may be null, looks around.
bool WaitForStop(UnixSignals& signals, RunningConfig& config, AuditLog* audit, LivePrinter* live,
                 const Terminal* terminal, Log& log) {
  for (;;) {
    const std::optional<int> signal = signals.Wait(kBetweenLooks);
    if (!signal) return false;
    if (*signal == UnixSignals::kNone) {
      config.TakeOverTokenKeys();
      if (live != nullptr) live->Look();
    } else if (*signal == SIGHUP) {
      // Whoever started it there cannot stop it there any more, and would not know that it runs.
      if (terminal != nullptr && terminal->is_closed()) {
        log.Info("stopping, as its terminal was closed");
        return true;
      }
      Reload(config, audit, log);
    } else {
      return true;
    }
  }
}

// The library begins with the option that is wrong ("hub_listen: ..."). Operators know a flag.
std::string WithFlag(absl::string_view message) {
  const std::string text(message);
  const std::string option =
      absl::StrReplaceAll(text.substr(0, text.find(": ")), {{"_file", ""}, {"_", "-"}});
  const auto flags = ConfigOptions();
  const bool is_flag = std::any_of(flags.begin(), flags.end(),
                                   [&](const ConfigOption& flag) { return flag.name == option; });
  return is_flag ? absl::StrCat("--", option, text.substr(text.find(": "))) : text;
}

// Tells everybody who waits for the hub that it serves: the reader of stdout, or a person at a
// terminal, those who watch the ready file, and the supervisor.
absl::Status PrintServingNotice(const Config& config, HubAdmission admission, const Bound& bound,
                                const ForPerson& person, const Terminal& terminal,
                                const Clock& clock, Supervisor& supervisor) {
  if (!config.ready_file.empty()) {
    const std::string ready = ReadyJson(config, bound);
    if (auto status = ReplaceFile(config.ready_file, ready); !status.ok()) return status;
  }
  const std::string serving = StartLine(config, admission, bound);
  if (terminal.is_there()) {
    terminal.Say(StartText(config, admission, bound, person));
  } else if (config.log_format == LogFormat::kText) {
    Print(serving);
  } else {
    // Stdout and stderr often go to one file, and every line of that file is to be JSON.
    Log(LogLevel::kInfo, config.log_format, STDOUT_FILENO, clock).Info(Trimmed(serving));
  }
  supervisor.Ready(serving);
  return absl::OkStatus();
}

// To a person at a terminal, or to the log.
void SayWhatStoppingTakes(size_t connections, Duration over, const Terminal& terminal, Log& log) {
  if (!terminal.is_there()) {
    log.Info("stopping when everybody has gone; a second signal stops at once");
  } else if (connections > 0) {
    terminal.Say("Closing " + std::to_string(connections) +
                 (connections == 1 ? " peer over " : " peers over ") + FormatDuration(over) +
                 "; Ctrl-C again stops at once.");
  }
}

// Drains. Returns when the hub has stopped. A second signal closes all connections at once, a third
// one kills the process.
void DrainAndStop(HubServer& server, Duration over, UnixSignals& signals, RunningConfig& running,
                  AuditLog* audit, const Terminal& terminal, Log& log) {
  SayWhatStoppingTakes(server.GetStats().hub.connections, over, terminal, log);
  server.Drain(over).IgnoreError();  // refused if it has stopped already
  std::thread until_stopped([&] {
    server.WaitUntilStopped();
    signals.Cancel();
  });
  if (WaitForStop(signals, running, audit, nullptr, nullptr, log)) {
    signals.Unblock();
    if (!terminal.is_there()) log.Info("stopping at once");
    server.Stop();
  }
  until_stopped.join();
  terminal.Say("Stopped.");
}

// A hub for development gives its pages tokens, where peers need one.
HubServerOptions WithPages(HubServerOptions options, const DevTokens* tokens, Pages& pages) {
  if (tokens != nullptr) options.token_keys.files.push_back(tokens->key());
  pages.AddTo(options);
  return options;
}

}  // namespace

absl::Status Serve(const Config& config, const Variables& variables,
                   const RunningConfig::ReadAgain& read_again, UnixSignals& signals) {
  const SystemClock clock;
  const Terminal terminal(config, variables);
  Supervisor supervisor(variables);
  Log log(config.log_level, config.log_format, STDERR_FILENO, clock);
  RaiseLimits(config, log);
  mallopt(M_MMAP_THRESHOLD, kLargeBuffer);
  WarnOfDoubtfulSettings(config, log);

  // A hub that was killed leaves its ready file behind. It must not say that this hub is ready.
  if (!config.ready_file.empty()) unlink(config.ready_file.c_str());

  auto access = OpenAccessFile(config, log);
  if (!access.ok()) return access.status();
  const auto hub_files = OpenHubFiles(config, variables, log);
  if (!hub_files.ok()) return hub_files.status();
  WarnOfOpenSecrets(config, log);
  std::unique_ptr<AuditLog> audit;
  if (!config.audit_log.empty()) {
    auto opened = AuditLog::Open(config.audit_log, config.log_format, clock);
    if (!opened.ok()) return opened.status();
    audit = *std::move(opened);
  }
  auto pages_options = PagesOptionsOf(config, EmbeddedFiles());
  if (!pages_options.ok()) return pages_options.status();
  std::optional<DevTokens> tokens;
  if (config.dev && NeedsTokenKeys(config)) tokens.emplace();
  const auto make_token = [&] {
    return tokens.has_value() ? tokens->Make(config, clock.Read().unix_ms) : std::string();
  };
  const HubServer* serving = nullptr;  // once it is there
  pages_options->make_token = make_token;
  pages_options->addresses = [&] { return UrlsForOthers(config, serving->Addresses()); };
  const std::string turn_secret = pages_options->ice.turn_secret;
  Pages pages(*std::move(pages_options), clock);
  const HubServerOptions options =
      WithPages(ServerOptions(config, *hub_files), tokens.has_value() ? &*tokens : nullptr, pages);
  const std::unique_ptr<HubServer> hub = HubInternals::Make(options, log);
  HubServer& server = *hub;
  serving = &server;
  pages.Serve(server);
  RunningConfig running(config, read_again, *access, clock, log);
  running.Steer(server, *hub_files);
  running.Steer(pages, turn_secret);
  LogEvents(server, log, audit == nullptr ? log : audit->log(),
            [&terminal](const Event& event) { return terminal.Tells(event); });
  std::optional<LivePrinter> live;
  if (terminal.shows_lines()) live.emplace(server, terminal);
  const auto history_options = HistoryOptionsOf(config);
  if (!history_options.ok()) return history_options.status();
  const auto history = history::History::Start(*history_options, server, clock, log);
  if (!history.ok()) return history.status();
  running.Steer(**history, *history_options);

  // The control API starts first. It answers "not ready" until the hub serves peers.
  const ControlReach reach = ReachOf(config, *access);
  if (auto status = CheckReach(reach); !status.ok()) return status;
  std::unique_ptr<ControlServer> control;
  if (config.control_listen != "off") {
    auto started = ControlServer::Start(server, log, clock, running, reach);
    if (!started.ok()) return started.status();
    control = *std::move(started);
  }
  if (auto status = server.Start(); !status.ok()) {
    // The settings were checked, so the cause is no setting, even if Start says INVALID_ARGUMENT.
    return absl::UnavailableError(WithFlag(status.message()));
  }
  if (config.hub && config.hub_trust.empty() && config.hub_unsigned == HubUnsigned::kAllow) {
    log.Info(
        "hubs of the version before this one are listened to, and sign nothing; when all hubs are "
        "updated, set --hub-unsigned refuse");
  }
  const Bound bound{server.Addresses(), server.HubAddresses(),
                    control == nullptr ? std::vector<std::string>() : control->addresses(),
                    server.MetricsAddresses(),
                    control == nullptr ? std::vector<std::string>() : control->console_addresses()};
  const ForPerson person{HostsForOthers(config), make_token(),          !EmbeddedFiles().empty(),
                         terminal.shows_lines(), terminal.has_colour(), terminal.has_utf8()};
  if (!terminal.is_there() && !person.token.empty()) {
    log.Info("a key was made for this run; here is a token of an hour",
             {{"token", Whole(person.token)}});
  }
  if (auto status = PrintServingNotice(config, *options.hub_admission, bound, person, terminal,
                                       clock, supervisor);
      !status.ok()) {
    return status;
  }
  // A hub whose lock stays held is dead. Then this check hangs, and the supervisor notices.
  supervisor.StartWatchdog([&] { server.GetStats(); });

  // Calls may stop and start signaling meanwhile. Only a signal ends the process.
  WaitForStop(signals, running, audit.get(), live.has_value() ? &*live : nullptr,
              config.dev ? &terminal : nullptr, log);
  if (!config.ready_file.empty()) unlink(config.ready_file.c_str());
  supervisor.Stopping(config.drain_timeout + kLastSteps);
  DrainAndStop(server, config.drain_timeout, signals, running, audit.get(), terminal, log);
  return absl::OkStatus();
}

}  // namespace pigeonhub
