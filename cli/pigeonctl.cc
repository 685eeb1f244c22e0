// SPDX-License-Identifier: Apache-2.0

#include "cli/pigeonctl.h"

#include "absl/status/status.h"
#include "cli/command/exit_code.h"
#include "cli/command/help.h"
#include "cli/command/parse.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/output/format.h"
#include "cli/output/json_path.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

ExitCode ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return ExitCode::kOk;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kUsage;
    case absl::StatusCode::kUnavailable:
      return ExitCode::kCannotConnect;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return ExitCode::kNotAllowed;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
      return ExitCode::kConflict;
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kTimeout;
    default:
      return ExitCode::kFailed;
  }
}

std::vector<std::string> Formats() {
  std::vector<std::string> formats = FormatNames();
  formats.emplace_back(kPathFormat);
  return formats;
}

std::vector<Flag> GlobalFlags() {
  return {
      {.name = "output",
       .value = "FORMAT",
       .help =
           "How to write the answer; a path stands behind jsonpath=, such as {.peers[*].peerId}",
       .choices = Formats(),
       .letter = 'o'},
      Switch("no-headers", "Leave out the titles of columns"),
      {.name = "server",
       .value = "ADDRESS",
       .help = "The hub's control API, host:port or unix:PATH (PIGEONCTL_SERVER; default: "
               "unix:/run/pigeonhub/control.sock, the Debian package's, where there is one; "
               "else 127.0.0.1:50051)"},
      {.name = "context",
       .value = "NAME",
       .help = "Use this context (PIGEONCTL_CONTEXT; default: the one in use)",
       .words = Words::kContexts},
      Switch("tls", "Use TLS; implied by the four flags below"),
      {.name = "ca",
       .value = "FILE",
       .help = "Trust these authorities instead of the system's (PIGEONCTL_TLS_CA)",
       .words = Words::kFiles},
      {.name = "cert",
       .value = "FILE",
       .help = "Show this certificate (PIGEONCTL_TLS_CERT)",
       .words = Words::kFiles},
      {.name = "key",
       .value = "FILE",
       .help = "Its private key (PIGEONCTL_TLS_KEY)",
       .words = Words::kFiles},
      {.name = "tls-server-name",
       .value = "NAME",
       .help = "Expect this name in the hub's certificate"},
      {.name = "token",
       .value = "TOKEN",
       .help = "Bearer token; others on this machine can see it, so better: --token-file or "
               "PIGEONCTL_TOKEN"},
      {.name = "token-file",
       .value = "FILE",
       .help = "File with the bearer token",
       .words = Words::kFiles},
      {.name = "timeout",
       .value = "TIME",
       .help = "Wait at most so long for an answer (default: 10s)",
       .kind = Kind::kDuration},
      {.name = "hub",
       .value = "ID",
       .help = "Ask the hub whose id is this or begins so, through the one that is called; "
               "'*': all hubs, and stderr names those that do not answer"},
      Switch("show-rpc", "Write each call and its outcome to stderr"),
      Switch("help", "Show what a command does", 'h')};
}

}  // namespace

Command Pigeonctl() {
  return {
      .name = "pigeonctl",
      .summary = "Look at and steer PigeonHub signaling hubs.",
      .details =
          "Exit codes: 0 ok, 1 failed, 2 usage, 3 cannot connect, 4 not allowed, 5 not "
          "found, 6 conflict or precondition, 7 unhealthy, 8 gap in a stream, 9 "
          "timeout. Data goes to stdout, talk to stderr.",
      .examples = {"pigeonctl stats", "pigeonctl peers list --namespace chat -o wide",
                   "pigeonctl events -f -o jsonl",
                   "pigeonctl --server hub.example.org:50051 --tls health"},
      .flags = GlobalFlags(),
      .commands = {StatsCommand(),     TopCommand(),     DoctorCommand(),     PeersCommand(),
                   AddressesCommand(), BansCommand(),    KeysCommand(),       NamespacesCommand(),
                   HubsCommand(),      LinksCommand(),   BootstrapCommand(),  TopologyCommand(),
                   MeshCommand(),      EventsCommand(),  ExplainCommand(),    TraceCommand(),
                   ErrorsCommand(),    WaitCommand(),    ServerCommand(),     HealthCommand(),
                   CheckCommand(),     DebugCommand(),   IdCommand(),         TokenCommand(),
                   ApiCommand(),       ContextCommand(), CompletionCommand(), VersionCommand(),
                   CompleteCommand()}};
}

int RunPigeonctl(const std::vector<std::string>& arguments, Environment& environment) {
  const auto end_with = [&](const absl::Status& status) {
    const std::string message(status.message());
    environment.err << "pigeonctl: " << Displayable(message) << '\n';
    return static_cast<int>(ExitCodeOf(status));
  };

  const Command root = Pigeonctl();
  const absl::StatusOr<Invocation> invocation = Parse(root, arguments);
  if (!invocation.ok()) return end_with(invocation.status());
  if (invocation->help) {
    environment.out << Help(*invocation->command, invocation->path) << std::flush;
    return static_cast<int>(ExitCode::kOk);
  }

  Style style{.width = environment.width};
  if (invocation->arguments.has("output")) {
    const std::string format = invocation->arguments.text("output");
    // A command may have a format of its own, which is no format of answers.
    style.format = FormatNamed(format).value_or(Format::kTable);
    if (style.format == Format::kPath) style.path = format.substr(kPathFormat.size());
  }
  style.titles = !invocation->arguments.has("no-headers");
  if (style.format == Format::kPath) {
    if (const auto path = JsonPath::Parse(style.path); !path.ok()) return end_with(path.status());
  }
  const auto no_color = environment.variables.find("NO_COLOR");
  style.color = environment.width.has_value() &&
                (no_color == environment.variables.end() || no_color->second.empty());

  Session session(environment, root, invocation->arguments, style);
  const absl::StatusOr<ExitCode> code = invocation->command->run(session, invocation->arguments);
  if (!code.ok()) return end_with(code.status());
  if (!session.status().ok()) return end_with(session.status());
  if (!environment.out) return end_with(absl::DataLossError("stdout cannot be written"));
  return static_cast<int>(*code);
}

}  // namespace pigeonhub::cli
