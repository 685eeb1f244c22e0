// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/check_all.h"
#include "cli/nouns/check_turn.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/peer_entry.h"
#include "cli/nouns/session.h"
#include "cli/probe/handshake.h"
#include "cli/probe/synthetic_peer.h"
#include "cli/rpc/target.h"
#include "pigeonctl/v1/answers.pb.h"
#include "server/base/duration.h"
#include "server/base/random.h"

namespace pigeonhub::cli {
namespace {

constexpr std::chrono::seconds kStepTimeout{10};

pigeonctl::v1::HandshakeCheck Report(const std::vector<HandshakeStep>& steps) {
  pigeonctl::v1::HandshakeCheck check;
  check.set_passed(true);
  std::chrono::nanoseconds total{};
  for (const HandshakeStep& step : steps) {
    auto& entry = *check.add_steps();
    entry.set_name(step.name);
    entry.set_passed(step.status.ok());
    entry.set_problem(std::string(step.status.message()));
    *entry.mutable_took() = ToProto(step.took);
    total += step.took;
    if (!step.status.ok()) check.set_passed(false);
  }
  *check.mutable_total() = ToProto(total);
  return check;
}

absl::StatusOr<ExitCode> CheckHandshake(Session& session, const Arguments& arguments) {
  std::vector<WebSocketUrl> urls;
  for (const std::string& operand : arguments.operands()) {
    auto url = WebSocketUrl::Parse(operand);
    if (!url.ok()) return url.status();
    urls.push_back(*std::move(url));
  }
  if (urls.size() > 2) {
    return absl::InvalidArgumentError("a handshake has two peers; give one or two URLs");
  }
  auto entry = PeerEntryOf(arguments, arguments.has("all") ? "peer-token-file" : "token-file");
  if (!entry.ok()) return entry.status();
  const auto step_timeout = arguments.duration("timeout").value_or(kStepTimeout);
  if (arguments.has("all")) return CheckAllHandshakes(session, arguments, *entry, step_timeout);
  if (arguments.has("every") || arguments.has("listen")) {
    return absl::InvalidArgumentError("--every and --listen go with --all");
  }
  if (urls.empty()) {
    return absl::InvalidArgumentError(
        "check handshake needs URL, or --all; see pigeonctl check "
        "handshake --help");
  }
  HandshakePlan plan{.first = urls.front(),
                     .second = urls.back(),
                     .entry = *std::move(entry),
                     .first_peer_id = RandomHex(kPeerIdDigits),
                     .second_peer_id = RandomHex(kPeerIdDigits),
                     .namespace_ = "pigeonctl-check-" + RandomHex(12),
                     .step_timeout = step_timeout};
  const std::vector<HandshakeStep> steps = RunHandshake(plan);
  pigeonctl::v1::HandshakeCheck check = Report(steps);
  check.set_namespace_(plan.namespace_);

  Answer answer{.message = &check, .items = ItemsOf(check.steps())};
  Table table{{{.title = "STEP"}, {.title = "TIME"}, {.title = "RESULT", .shrinks = true}}, {}};
  for (const auto& step : check.steps()) {
    answer.names.push_back(step.name());
    table.rows.push_back(
        {step.name(), MeasuredDuration(ToChrono(step.took())),
         step.passed() ? Cell("ok", Tone::kGood) : Cell(step.problem(), Tone::kBad)});
  }
  table.rows.push_back({"total", MeasuredDuration(ToChrono(check.total())),
                        check.passed() ? Cell("ok", Tone::kGood) : Cell("failed", Tone::kBad)});
  answer.tables = {std::move(table)};
  session.Print(answer);
  if (check.passed()) return ExitCode::kOk;
  const HandshakeStep& failed = steps.back();
  session.Say(failed.name + ": " + std::string(failed.status.message()));
  // If the hub answered and turned the peer away, there was a connection.
  const bool connected =
      !failed.name.starts_with("connect") || absl::IsFailedPrecondition(failed.status);
  return connected ? ExitCode::kUnhealthy : ExitCode::kCannotConnect;
}

}  // namespace

Command CheckCommand() {
  return {.name = "check",
          .summary = "Try out what a hub is for",
          .examples = {"pigeonctl check handshake ws://localhost:3000"},
          .commands = {
              {.name = "handshake",
               .summary = "Let two synthetic peers find each other and exchange signals",
               .details = "Connect, discover, offer, answer, three candidates each way, goodbye; "
                          "each step timed, in a random namespace. With two URLs the peers "
                          "connect to different hubs. Exit code 7 if a step fails or a hub turns a "
                          "peer away, 3 if there is no connection. --timeout bounds each step; "
                          "--ca is for wss. Where tokens are asked for, both peers show that of "
                          "--token-file, which has to grant pigeonctl-check-*.",
               .examples = {"pigeonctl check handshake ws://localhost:3000",
                            "pigeonctl check handshake ws://a.example:3000 wss://b.example",
                            "pigeonctl check handshake --all --every 15s --listen :9465"},
               .operands = {{.name = "URL",
                             .help = "Where the peers connect: ws:// or wss://",
                             .optional = true,
                             .repeated = true}},
               .flags = PeerFlags(
                   {Switch("all",
                           "Try every pair of hubs that the hub of --server knows, at the "
                           "addresses that they say"),
                    {.name = "every",
                     .value = "TIME",
                     .help = "With --all: again and again",
                     .kind = Kind::kDuration},
                    {.name = "listen",
                     .value = "ADDRESS",
                     .help = "With --every: serve the results for Prometheus there, e.g. :9465"}}),
               .run = CheckHandshake},
              CheckTurnCommand(),
          }};
}

}  // namespace pigeonhub::cli
