// SPDX-License-Identifier: Apache-2.0
//
// The program pigeonhub: it reads its configuration and does what the command line asks for.
// Answers go to stdout, everything else to stderr. Exit codes: 0 done, 1 could not serve, 2 wrong
// flag, value or file content.

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "control/daemon/config/config.h"
#include "control/daemon/config_checks.h"
#include "control/daemon/probe.h"
#include "control/daemon/running_config.h"
#include "control/daemon/serve.h"
#include "control/daemon/standard_output.h"
#include "control/daemon/unix_signals.h"
#include "pigeonhub_version.h"
#include "server/base/variables.h"
#include "server/runtime/clock.h"
#include "server/runtime/log.h"

namespace pigeonhub {
namespace {

int ExitCode(const absl::Status& status) { return absl::IsInvalidArgument(status) ? 2 : 1; }

// As long as there is no configuration, the format of the log is unknown.
int Fail(const absl::Status& status) {
  std::fprintf(stderr, "pigeonhub: %s\n", std::string(status.message()).c_str());
  return ExitCode(status);
}

// Says why the hub does not serve, in the format of the log and at every level.
int Fail(const absl::Status& status, const Config& config) {
  if (config.log_format == LogFormat::kText) return Fail(status);
  const SystemClock clock;
  Log(LogLevel::kError, config.log_format, STDERR_FILENO, clock)
      .Error(std::string(status.message()));
  return ExitCode(status);
}

int PrintAnswer(std::string_view text) { return Print(text) ? 0 : 1; }

// The configuration is in order, and yet the operator may not have meant it so.
void WarnOnStderr(const Config& config) {
  const SystemClock clock;
  Log log(config.log_level, config.log_format, STDERR_FILENO, clock);
  WarnOfOpenSecrets(config, log);
}

int Run(const std::vector<std::string>& arguments, UnixSignals& signals) {
  const Variables variables = ReadVariables(environ);
  const RunningConfig::ReadAgain read = [&] { return LoadConfig(arguments, variables); };
  const auto config = read();
  if (!config.ok()) return Fail(config.status());
  switch (config->action) {
    case Action::kServe: {
      const auto status = Serve(*config, variables, read, signals);
      return status.ok() ? 0 : Fail(status, *config);
    }
    case Action::kCheckConfig:
      if (const auto status = CheckConfig(*config); !status.ok()) return Fail(status);
      WarnOnStderr(*config);
      return PrintAnswer("configuration ok\n");
    case Action::kPrintConfig:
      return PrintAnswer(PrintConfig(*config));
    case Action::kProbe: {
      const ProbeOutcome outcome = AskHub(*config, config->probe);
      const int printed = PrintAnswer(outcome.line + "\n");
      return outcome.passed ? printed : 1;
    }
    case Action::kShowVersion:
      return PrintAnswer("pigeonhub " + std::string(kVersion) + "\n");
    case Action::kShowHelp:
      return PrintAnswer(HelpText());
  }
  return 1;
}

}  // namespace
}  // namespace pigeonhub

int main(int argc, char** argv) {
  pigeonhub::UnixSignals signals;
  // If a reader of stdout goes away, write(2) fails, and the hub goes on; so it does if a file may
  // not grow any more (ulimit -f).
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  // gRPC's own lines on stderr tell an operator nothing that the hub does not say better.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  return pigeonhub::Run({argv + (argc > 0 ? 1 : 0), argv + argc}, signals);
}
