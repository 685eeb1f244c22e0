// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/check_turn.h"

#include <string>
#include <utility>

#include "cli/nouns/message_cells.h"
#include "cli/nouns/session.h"
#include "cli/probe/turn_check.h"
#include "cli/rpc/target.h"
#include "pigeonctl/v1/turn.pb.h"
#include "server/base/duration.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

constexpr std::chrono::seconds kTurnStepTimeout{5};
constexpr std::chrono::minutes kLifetime{10};

absl::StatusOr<ExitCode> Turn(Session& session, const Arguments& arguments) {
  auto uri = TurnUri::Parse(arguments.operands()[0]);
  if (!uri.ok()) return uri.status();
  TurnPlan plan{.uri = *std::move(uri),
                .ca = arguments.text("ca"),
                .secret = {},
                .username = arguments.text("user"),
                .lifetime = std::chrono::duration_cast<std::chrono::seconds>(
                    arguments.duration("ttl").value_or(kLifetime)),
                .step_timeout = arguments.duration("timeout").value_or(kTurnStepTimeout)};
  if (arguments.has("secret-file")) {
    const auto secret = ReadSecretFile("the secret", arguments.text("secret-file"));
    if (!secret.ok()) return secret.status();
    plan.secret = Trimmed(*secret);
    if (plan.secret.empty()) return absl::InvalidArgumentError("the file of the secret is empty");
  }

  pigeonctl::v1::TurnCheck check;
  check.set_passed(true);
  Answer answer{.message = &check};
  Table table{{{.title = "STEP"}, {.title = "TIME"}, {.title = "RESULT", .shrinks = true}}, {}};
  std::string problem;
  for (const TurnStep& step : CheckTurn(plan, session.environment().now())) {
    auto& entry = *check.add_steps();
    entry.set_name(step.name);
    entry.set_passed(step.status.ok());
    *entry.mutable_took() = ToProto(step.took);
    entry.set_fact(step.fact);
    entry.set_problem(std::string(step.status.message()));
    answer.names.push_back(step.name);
    const std::string well = step.fact.empty() ? "ok" : "ok, " + step.fact;
    table.rows.push_back({step.name, MeasuredDuration(step.took),
                          step.status.ok() ? Cell(well, Tone::kGood) : Cell("failed", Tone::kBad)});
    if (step.status.ok()) continue;
    check.set_passed(false);
    problem = step.name + ": " + entry.problem();
  }
  answer.items = ItemsOf(check.steps());
  answer.tables = {std::move(table)};
  session.Print(answer);
  if (!check.passed()) session.Say(problem);
  if (check.passed() && plan.secret.empty()) {
    session.Say("it asks for credentials; --secret-file has the secret to make some and allocate");
  }
  if (check.passed()) return ExitCode::kOk;
  return check.steps_size() == 1 ? ExitCode::kCannotConnect : ExitCode::kUnhealthy;
}

}  // namespace

Command CheckTurnCommand() {
  return {
      .name = "turn",
      .summary = "Allocate a relayed address at a TURN server, as a browser does",
      .details =
          "Makes credentials from a shared secret, as coturn's use-auth-secret has them, "
          "allocates, looks whether others can reach the address, and gives it back. Says which "
          "of the usual mistakes it is if a step fails. --timeout bounds each step; --ca is for "
          "turns. Exit code 7 if a step fails, 3 if there is no connection.",
      .examples = {"pigeonctl check turn turn:turn.example.org --secret-file turn.secret",
                   "pigeonctl check turn 'turn:turn.example.org:3478?transport=tcp' \\",
                   "    --secret-file turn.secret"},
      .operands = {{.name = "URI",
                    .help = "turn:HOST[:PORT][?transport=udp|tcp], or turns: for TLS"}},
      .flags = {{.name = "secret-file",
                 .value = "FILE",
                 .help = "What static-auth-secret of the server has (default: none, and the "
                         "check ends when credentials are asked for)",
                 .words = Words::kFiles},
                {.name = "ttl",
                 .value = "TIME",
                 .help = "How long the credentials hold (default: 10m)",
                 .kind = Kind::kDuration},
                {.name = "user",
                 .value = "NAME",
                 .help = "The name that stands behind the time in them (default: none)"}},
      .run = Turn};
}

}  // namespace pigeonhub::cli
