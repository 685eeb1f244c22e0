// SPDX-License-Identifier: Apache-2.0
//
// The program pigeonhub: the parts list, and what happens from start to stop. Stdout is data,
// stderr is talk. Exit codes: 0 done, 1 could not serve, 2 wrong flag, value or file content.

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "control/access/access_list.h"
#include "control/control_server.h"
#include "control/events/event_logging.h"
#include "daemon/config/config.h"
#include "daemon/descriptor_limit.h"
#include "daemon/probe.h"
#include "daemon/running_config.h"
#include "daemon/serving_notice.h"
#include "daemon/stop_signals.h"
#include "daemon/supervisor.h"
#include "pigeonhub/hub_server.h"
#include "pigeonhub_version.h"
#include "server/base/files.h"
#include "server/base/variables.h"
#include "server/core/uplinks.h"
#include "server/runtime/clock.h"
#include "server/runtime/log.h"
#include "server/runtime/text.h"

namespace pigeonhub {
namespace {

// Descriptors that are no peer's: log, loops, acceptors, and what is kept for probes and calls.
constexpr uint64_t kOwnDescriptors = 128;

// What stopping takes beside the drain, at most.
constexpr Duration kLastSteps = std::chrono::seconds(10);

int ExitCode(const absl::Status& status) { return absl::IsInvalidArgument(status) ? 2 : 1; }

// Before there is a configuration nobody knows in what format to say it.
int Fail(const absl::Status& status) {
  std::fprintf(stderr, "pigeonhub: %s\n", std::string(status.message()).c_str());
  return ExitCode(status);
}

// Why the hub does not serve, in the format of the log whatever its level.
int Fail(const absl::Status& status, const Config& config, const Clock& clock) {
  if (config.log_format == LogFormat::kText) return Fail(status);
  Log(LogLevel::kError, config.log_format, STDERR_FILENO, clock)
      .Error(std::string(status.message()));
  return ExitCode(status);
}

int Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) == 0) return 0;
  std::perror("pigeonhub: stdout");
  return 1;
}

HubServerOptions ServerOptions(const Config& config, std::string hub_keys) {
  return {
      .host = config.host,
      .port = config.port,
      .is_hub = config.hub,
      .hub_mesh_namespace = config.hub_mesh_namespace,
      .hub_peer_id = config.hub_peer_id,
      .max_connections = config.max_connections,
      .max_message_size = config.max_message_size,
      .cors_origin = config.cors_origin,
      .cleanup_interval = config.cleanup_interval,
      .hub_admission = config.hub_admission,
      .hub_allow = config.hub_allow,
      .bootstrap_hubs = config.bootstrap_hubs,
      .auto_connect = config.auto_connect,
      .reconnect_interval = config.reconnect_interval,
      .max_reconnect_attempts = config.max_reconnect_attempts,
      .hub_mesh_max_peers = config.hub_mesh_max_peers,
      .advertise_url = config.advertise_url,
      .region = config.region,
      .capabilities = config.capabilities,
      .hub_keys = std::move(hub_keys),
      .hub_ca_file = config.hub_ca,
      .discovery_limit = config.discovery_limit,
      .memory_limit = config.memory_limit,
      .io_threads = config.io_threads.value_or(0),
      .metrics_listen = config.metrics_listen,
  };
}

using ReadConfig = RunningConfig::ReadAgain;

// The tokens file, read; null without one.
absl::StatusOr<std::shared_ptr<AccessFile>> OpenAccessFile(const Config& config, Log& log) {
  if (config.control_tokens.empty()) return nullptr;
  auto access = std::make_shared<AccessFile>(config.control_tokens, log);
  if (const auto loaded = access->Load(); !loaded.ok()) return loaded.status();
  return access;
}

// The text of the keys file, in order; empty without one.
absl::StatusOr<std::string> ReadHubKeys(const Config& config) {
  if (config.hub_key.empty()) return std::string();
  auto text = ReadSecretFile(config.hub_key);
  if (!text.ok()) return text;
  if (auto status = CheckHubKeys(config.hub_key, *text); !status.ok()) return status;
  return text;
}

// Root alone can let everybody read a file of root's, and may not have meant to.
void WarnOfOpenSecrets(const Config& config, Log& log) {
  for (const std::string& path : {config.hub_key, config.control_tokens, config.control_tls_key}) {
    if (path.empty() || !IsOpenToAll(path)) continue;
    log.Warn("every user of this machine can read a file that holds a secret; run chmod o= on it",
             {{"file", std::string_view(path)}});
  }
}

ControlReach ReachOf(const Config& config, std::shared_ptr<AccessFile> access) {
  return {config.control_listen, TlsFilesOf(config), std::move(access)};
}

// A misspelt variable is an error for whoever checks the configuration. A hub starts nevertheless:
// an environment may hold variables that begin like ours and belong to somebody else.
absl::Status CheckVariables(const Config& config) {
  if (config.unknown_variables.empty()) return absl::OkStatus();
  const UnknownVariable& first = config.unknown_variables.front();
  std::string message = Shown(first.name) + ": there is no such variable";
  if (!first.meant.empty()) message += "; did you mean " + first.meant + "?";
  return absl::InvalidArgumentError(message);
}

// What is likely not what the operator wants.
void WarnOfDoubtfulSettings(const Config& config, Log& log) {
  for (const UnknownVariable& variable : config.unknown_variables) {
    if (variable.meant.empty()) {
      log.Warn("unknown variable, it has no effect",
               {{"variable", std::string_view(variable.name)}});
    } else {
      log.Warn("unknown variable, it has no effect; did you mean the other one?",
               {{"variable", std::string_view(variable.name)},
                {"meant", std::string_view(variable.meant)}});
    }
  }
  if (config.hub_admission == HubAdmission::kOpen && !IsLoopbackHost(config.host)) {
    log.Warn(
        "whoever reaches this address can become a hub here and sees all peers; --hub-key, "
        "--hub-allow or --hub-admission deny closes that",
        {{"host", std::string_view(config.host)}});
  }
}

// What --check-config looks at besides the configuration itself.
absl::Status CheckFiles(const Config& config) {
  const SystemClock clock;
  Log silent(LogLevel::kOff, LogFormat::kText, -1, clock);
  auto access = OpenAccessFile(config, silent);
  if (!access.ok()) return access.status();
  if (const auto keys = ReadHubKeys(config); !keys.ok()) return keys.status();
  return CheckReach(ReachOf(config, *std::move(access)));
}

void Reload(RunningConfig& config, Log& log) {
  const auto reloaded = config.Reload(/*only_check=*/false);
  if (!reloaded.ok()) {
    const std::string why(reloaded.status().message());
    log.Error("not reloaded, nothing was changed", {{"problem", std::string_view(why)}});
    return;
  }
  log.Info("reloaded", {{"applied", uint64_t{reloaded->applied.size()}}});
  for (const std::string& name : reloaded->needs_restart) {
    log.Warn("changed, but waits for a restart", {{"setting", std::string_view(name)}});
  }
}

// True for a signal to stop, false once Cancel was called. SIGHUP reloads meanwhile.
bool WaitForStop(StopSignals& signals, RunningConfig& config, Log& log) {
  for (;;) {
    const std::optional<int> signal = signals.Wait();
    if (!signal) return false;
    if (*signal != SIGHUP) return true;
    Reload(config, log);
  }
}

int Serve(const Config& config, const Variables& variables, const ReadConfig& read_again,
          StopSignals& signals) {
  const SystemClock clock;
  Supervisor supervisor(variables);
  Log log(config.log_level, config.log_format, STDERR_FILENO, clock);
  const uint64_t descriptors = RaiseDescriptorLimit();
  if (descriptors < config.max_connections + kOwnDescriptors) {
    log.Warn("the limit of open files (ulimit -n) is too low for --max-connections",
             {{"open_files", descriptors}, {"max_connections", config.max_connections}});
  }

  WarnOfDoubtfulSettings(config, log);

  // A file left behind by a hub that was killed must not call this one ready.
  if (!config.ready_file.empty()) unlink(config.ready_file.c_str());

  auto access = OpenAccessFile(config, log);
  if (!access.ok()) return Fail(access.status(), config, clock);
  auto hub_keys = ReadHubKeys(config);
  if (!hub_keys.ok()) return Fail(hub_keys.status(), config, clock);
  WarnOfOpenSecrets(config, log);
  HubServer server(ServerOptions(config, *hub_keys), &log);
  RunningConfig running(config, read_again, *access, log);
  running.Steer(server, *hub_keys);
  LogEvents(server, log);

  // The control API first: it says "not ready" until peers are welcome.
  std::unique_ptr<ControlServer> control;
  std::vector<std::string> control_addresses;
  if (config.control_listen != "off") {
    auto started = ControlServer::Start(server, log, clock, running, ReachOf(config, *access));
    if (!started.ok()) return Fail(started.status(), config, clock);
    control = *std::move(started);
    control_addresses = control->addresses();
  }
  if (auto status = server.Start(); !status.ok()) {
    Fail(status, config, clock);
    return 1;
  }
  const Addresses addresses = server.Addresses();
  if (!config.ready_file.empty()) {
    auto status = WriteAtomically(config.ready_file, ReadyJson(config, addresses, control_addresses,
                                                               server.MetricsAddresses()));
    if (!status.ok()) return Fail(status, config, clock);
  }
  const std::string serving =
      StartLine(config, addresses, control_addresses, server.MetricsAddresses());
  if (config.log_format == LogFormat::kText) {
    Print(serving);
  } else {
    // Stdout and stderr often end in one file, each line of which is then JSON.
    Log(LogLevel::kInfo, config.log_format, STDOUT_FILENO, clock).Info(Trimmed(serving));
  }
  supervisor.Ready(serving);
  // A hub whose lock never comes free again lives no longer.
  supervisor.StartWatchdog([&] { server.GetStats(); });
  if (isatty(STDERR_FILENO) && config.log_format == LogFormat::kText) {
    std::fputs(Hints(config, addresses, control_addresses).c_str(), stderr);
  }

  // Signaling may be stopped and started by calls meanwhile; only a signal ends the process.
  WaitForStop(signals, running, log);
  if (!config.ready_file.empty()) unlink(config.ready_file.c_str());
  supervisor.Stopping(config.drain_timeout + kLastSteps);
  server.Drain(config.drain_timeout);
  std::thread until_stopped([&] {
    server.WaitUntilStopped();
    signals.Cancel();
  });
  if (WaitForStop(signals, running, log)) {
    signals.Unblock();  // the third one kills
    log.Info("stopping at once");
    server.Stop();
  }
  until_stopped.join();
  return 0;
}

int Run(const std::vector<std::string>& arguments, StopSignals& signals) {
  const Variables variables = ReadVariables(environ);
  const ReadConfig read = [&] { return LoadConfig(arguments, variables); };
  const auto config = read();
  if (!config.ok()) return Fail(config.status());
  switch (config->action) {
    case Action::kServe:
      return Serve(*config, variables, read, signals);
    case Action::kCheckConfig:
      if (auto status = CheckVariables(*config); !status.ok()) return Fail(status);
      if (auto status = CheckFiles(*config); !status.ok()) return Fail(status);
      return Print("configuration ok\n");
    case Action::kPrintConfig:
      return Print(PrintConfig(*config));
    case Action::kProbe: {
      const ProbeOutcome outcome = AskHub(*config, config->probe);
      const int printed = Print(outcome.line + "\n");
      return outcome.passed ? printed : 1;
    }
    case Action::kShowVersion:
      return Print("pigeonhub " + std::string(kVersion) + "\n");
    case Action::kShowHelp:
      return Print(HelpText());
  }
  return 1;
}

}  // namespace
}  // namespace pigeonhub

int main(int argc, char** argv) {
  pigeonhub::StopSignals signals;
  // A reader that goes away is an error of write(2), not the end of the hub.
  std::signal(SIGPIPE, SIG_IGN);
  // gRPC's own lines on stderr tell an operator nothing that the hub does not say better.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  return pigeonhub::Run({argv + (argc > 0 ? 1 : 0), argv + argc}, signals);
}
