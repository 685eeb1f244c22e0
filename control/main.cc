// SPDX-License-Identifier: Apache-2.0
//
// The program pigeonhub: the parts list, and what happens from start to stop. Stdout is data,
// stderr is talk. Exit codes: 0 done, 1 could not serve, 2 wrong flag, value or file content.

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "control/descriptors.h"
#include "control/event_logging.h"
#include "control/serving_notice.h"
#include "control/stop_signals.h"
#include "pigeonhub_version.h"
#include "server/hub_server.h"
#include "server/runtime/clock.h"
#include "server/runtime/config.h"
#include "server/runtime/log.h"

namespace pigeonhub {
namespace {

// Descriptors that are no peer's: log, loops, acceptors and some air.
constexpr uint64_t kOwnDescriptors = 64;

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "pigeonhub: %s\n", std::string(status.message()).c_str());
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

int Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (std::fflush(stdout) == 0) return 0;
  std::perror("pigeonhub: stdout");
  return 1;
}

HubServerOptions ServerOptions(const Config& config) {
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
      .discovery_limit = config.discovery_limit,
      .memory_limit = config.memory_limit,
      .io_threads = config.io_threads.value_or(0),
  };
}

int Serve(const Config& config, StopSignals& signals) {
  const SystemClock clock;
  Log log(config.log_level, config.log_format, STDERR_FILENO, clock);
  const uint64_t descriptors = RaiseDescriptorLimit();
  if (descriptors < config.max_connections + kOwnDescriptors) {
    log.Warn("the limit of open files (ulimit -n) is lower than --max-connections",
             {{"open_files", descriptors}, {"max_connections", config.max_connections}});
  }

  // A file left behind by a hub that was killed must not call this one ready.
  if (!config.ready_file.empty()) unlink(config.ready_file.c_str());

  HubServer server(ServerOptions(config), &log);
  LogEvents(server, log);
  if (auto status = server.Start(); !status.ok()) {
    Fail(status);
    return 1;
  }
  const Addresses addresses = server.Addresses();
  if (!config.ready_file.empty()) {
    auto status = WriteAtomically(config.ready_file, ReadyJson(config, addresses));
    if (!status.ok()) return Fail(status);
  }
  Print(StartLine(config, addresses));
  if (isatty(STDERR_FILENO) && config.log_format == LogFormat::kText) {
    std::fputs(Hints(config, addresses).c_str(), stderr);
  }

  std::thread until_stopped([&] {
    server.WaitUntilStopped();
    signals.Cancel();
  });
  const bool asked = signals.Wait().has_value();
  if (!config.ready_file.empty()) unlink(config.ready_file.c_str());
  if (asked) {
    server.Drain(config.drain_timeout);
    if (signals.Wait()) {
      signals.Unblock();  // the third one kills
      log.Info("stopping at once");
      server.Stop();
    }
  }
  until_stopped.join();
  return asked ? 0 : 1;
}

int Run(const std::vector<std::string>& arguments, StopSignals& signals) {
  const auto config = LoadConfig(arguments, [](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  });
  if (!config.ok()) return Fail(config.status());
  switch (config->action) {
    case Action::kServe:
      return Serve(*config, signals);
    case Action::kCheckConfig:
      return Print("configuration ok\n");
    case Action::kPrintConfig:
      return Print(PrintConfig(*config));
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
  // Nothing to reload yet; and a terminal that closes must not take the peers with it.
  std::signal(SIGHUP, SIG_IGN);
  return pigeonhub::Run({argv + (argc > 0 ? 1 : 0), argv + argc}, signals);
}
