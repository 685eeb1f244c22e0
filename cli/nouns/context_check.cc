// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/context_check.h"

#include <string>
#include <utility>
#include <vector>

#include "cli/nouns/message_cells.h"
#include "cli/nouns/session.h"
#include "cli/rpc/context_file.h"
#include "pigeonctl/v1/context_check.pb.h"
#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::Context;
using pigeonctl::v1::Contexts;

// The name of the context in use, where none is given.
absl::StatusOr<std::string> NameOf(const Contexts& contexts, const Arguments& arguments) {
  if (!arguments.operands().empty()) return arguments.operands()[0];
  if (!contexts.current().empty()) return contexts.current();
  return absl::NotFoundError("no context is in use; give a NAME, or see pigeonctl context list");
}

absl::StatusOr<ExitCode> ShowContext(Session& session, const Arguments& arguments) {
  const auto contexts = LoadContexts(ContextFilePath(session.environment().variables));
  if (!contexts.ok()) return contexts.status();
  const auto name = NameOf(*contexts, arguments);
  if (!name.ok()) return name.status();
  const auto place = FindContext(*contexts, *name);
  if (!place.ok()) return place.status();
  const Context& context = contexts->contexts(*place);
  const bool in_use = context.name() == contexts->current();
  session.Print(Answer{.message = &context,
                       .items = {&context},
                       .names = {context.name()},
                       .tables = {Facts({{"Context", context.name()},
                                         {"In use", in_use ? "yes" : "no"},
                                         {"Server", context.server()},
                                         {"TLS", SpeaksTls(context) ? "yes" : "no"},
                                         {"CA", OrDash(context.ca())},
                                         {"Certificate", OrDash(context.cert())},
                                         {"Key", OrDash(context.key())},
                                         {"TLS server name", OrDash(context.tls_server_name())},
                                         {"Token file", OrDash(context.token_file())}})}});
  return ExitCode::kOk;
}

// Whether the hub of the context answers; the version that it has, if so.
absl::StatusOr<std::string> Ask(Session& session, const std::string& name,
                                std::chrono::nanoseconds timeout) {
  Arguments chosen;
  chosen.Add("context", name);
  const auto hub = session.ClientFor(chosen, timeout);
  if (!hub.ok()) return hub.status();
  v1::GetServerInfoResponse info;
  if (auto status = (*hub)->Call(v1::GetServerInfoRequest(), info); !status.ok()) return status;
  return info.version();
}

absl::StatusOr<ExitCode> Validate(Session& session, const Arguments& arguments) {
  constexpr std::chrono::seconds kPatience{5};
  const auto contexts = LoadContexts(ContextFilePath(session.environment().variables));
  if (!contexts.ok()) return contexts.status();
  std::vector<std::string> names = arguments.operands();
  if (names.empty()) {
    for (const Context& each : contexts->contexts()) names.push_back(each.name());
  }
  pigeonctl::v1::ContextChecks checks;
  checks.set_valid(true);
  Table table{{{.title = "CONTEXT"}, {.title = "RESULT", .shrinks = true}}, {}};
  for (const std::string& name : names) {
    if (const auto place = FindContext(*contexts, name); !place.ok()) return place.status();
    const auto version = Ask(session, name, arguments.duration("timeout").value_or(kPatience));
    auto& check = *checks.add_checks();
    check.set_context(name);
    check.set_valid(version.ok());
    if (version.ok()) {
      check.set_server_version(*version);
      table.rows.push_back({name, Cell("ok, hub " + *version, Tone::kGood)});
    } else {
      checks.set_valid(false);
      check.set_problem(std::string(version.status().message()));
      table.rows.push_back({name, Cell("failed", Tone::kBad)});
      session.Say(name + ": " + check.problem());
    }
  }
  Answer answer{.message = &checks, .items = ItemsOf(checks.checks()), .names = names};
  answer.tables = {std::move(table)};
  session.Print(answer);
  return checks.valid() ? ExitCode::kOk : ExitCode::kUnhealthy;
}

}  // namespace

Command ShowContextCommand() {
  return {.name = "show",
          .summary = "Show one context, by default the one in use",
          .examples = {"pigeonctl context show staging"},
          .operands = {{.name = "NAME",
                        .help = "The context's name",
                        .words = Words::kContexts,
                        .optional = true}},
          .run = ShowContext};
}

Command ValidateContextCommand() {
  return {.name = "validate",
          .summary = "Ask the hub of each context; exit code 7 if one does not answer",
          .examples = {"pigeonctl context validate"},
          .operands = {{.name = "NAME",
                        .help = "Only these",
                        .words = Words::kContexts,
                        .optional = true,
                        .repeated = true}},
          .run = Validate};
}

}  // namespace pigeonhub::cli
