// SPDX-License-Identifier: Apache-2.0

#include <filesystem>

#include "cli/nouns/context_check.h"
#include "cli/nouns/listing.h"
#include "cli/nouns/message_cells.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/rpc/context_file.h"

namespace pigeonhub::cli {
namespace {

using pigeonctl::v1::Context;
using pigeonctl::v1::Contexts;

// The content of the file, and its path.
struct File {
  std::string path;
  Contexts contexts;
};

absl::StatusOr<File> Load(Session& session) {
  File file{.path = ContextFilePath(session.environment().variables), .contexts = {}};
  auto contexts = LoadContexts(file.path);
  if (!contexts.ok()) return contexts.status();
  file.contexts = *std::move(contexts);
  return file;
}

void PrintContext(Session& session, const Context& context, std::string sentence) {
  session.Print(Answer{.message = &context,
                       .items = {&context},
                       .names = {context.name()},
                       .sentence = std::move(sentence)});
}

absl::StatusOr<ExitCode> ListContexts(Session& session, const Arguments&) {
  const auto file = Load(session);
  if (!file.ok()) return file.status();
  const Contexts& contexts = file->contexts;
  Answer answer{.message = &contexts, .items = ItemsOf(contexts.contexts())};
  Table table{{{.title = "IN USE"},
               {.title = "CONTEXT"},
               {.title = "SERVER", .shrinks = true},
               {.title = "TLS"},
               {.title = "CA", .wide_only = true},
               {.title = "CERT", .wide_only = true},
               {.title = "TLS SERVER NAME", .wide_only = true},
               {.title = "TOKEN FILE", .wide_only = true}},
              {}};
  for (const Context& context : contexts.contexts()) {
    answer.names.push_back(context.name());
    table.rows.push_back({context.name() == contexts.current() ? "*" : "", context.name(),
                          context.server(), SpeaksTls(context) ? "yes" : "no", OrDash(context.ca()),
                          OrDash(context.cert()), OrDash(context.tls_server_name()),
                          OrDash(context.token_file())});
  }
  answer.tables = {std::move(table)};
  return PrintList(session, answer,
                   "no contexts; pigeonctl context set NAME --server ADDRESS makes one", "");
}

absl::StatusOr<ExitCode> Use(Session& session, const Arguments& arguments) {
  auto file = Load(session);
  if (!file.ok()) return file.status();
  std::string name = arguments.operands()[0];
  if (name == "-") {
    name = file->contexts.previous();
    if (name.empty()) return absl::NotFoundError("no context was in use before this one");
  }
  const auto place = FindContext(file->contexts, name);
  if (!place.ok()) return place.status();
  if (name != file->contexts.current()) {
    file->contexts.set_previous(file->contexts.current());
    file->contexts.set_current(name);
  }
  if (auto status = SaveContexts(file->path, file->contexts); !status.ok()) return status;
  const Context& context = file->contexts.contexts(*place);
  PrintContext(session, context, "using " + name + ", which is " + context.server());
  return ExitCode::kOk;
}

// Reads the path of a file from a flag, and makes it absolute, because the user may be in another
// directory when the context is used.
void TakePath(const Arguments& arguments, std::string_view flag, std::string& path) {
  if (!arguments.has(flag)) return;
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(arguments.text(flag), error);
  path = error ? arguments.text(flag) : absolute.lexically_normal().string();
}

absl::StatusOr<ExitCode> SetContext(Session& session, const Arguments& arguments) {
  if (arguments.has("token")) {
    return absl::InvalidArgumentError(
        "a context holds no secret; write it to a file and give "
        "--token-file");
  }
  auto file = Load(session);
  if (!file.ok()) return file.status();
  const std::string& name = arguments.operands()[0];
  if (!IsContextName(name)) {
    return absl::InvalidArgumentError("a context's name has letters, digits, - and _ only, not " +
                                      name);
  }
  const auto place = FindContext(file->contexts, name);
  Context& context =
      place.ok() ? *file->contexts.mutable_contexts(*place) : *file->contexts.add_contexts();
  context.set_name(name);
  if (arguments.has("server")) context.set_server(arguments.text("server"));
  if (arguments.has("tls")) context.set_tls(true);
  if (arguments.has("tls-server-name")) {
    context.set_tls_server_name(arguments.text("tls-server-name"));
  }
  TakePath(arguments, "ca", *context.mutable_ca());
  TakePath(arguments, "cert", *context.mutable_cert());
  TakePath(arguments, "key", *context.mutable_key());
  TakePath(arguments, "token-file", *context.mutable_token_file());
  if (context.server().empty()) {
    return absl::InvalidArgumentError("a new context needs --server ADDRESS");
  }
  // Refuses now a context that could not be used later.
  Arguments chosen;
  chosen.Add("context", name);
  if (const auto target = ResolveTarget(chosen, {}, file->contexts); !target.ok()) {
    return target.status();
  }
  if (file->contexts.current().empty()) file->contexts.set_current(name);
  const Context saved = context;
  if (auto status = SaveContexts(file->path, file->contexts); !status.ok()) return status;
  PrintContext(session, saved, name + " is " + saved.server() + " in " + file->path);
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> Delete(Session& session, const Arguments& arguments) {
  auto file = Load(session);
  if (!file.ok()) return file.status();
  const std::string& name = arguments.operands()[0];
  const auto place = FindContext(file->contexts, name);
  if (!place.ok()) return place.status();
  const Context gone = file->contexts.contexts(*place);
  file->contexts.mutable_contexts()->DeleteSubrange(*place, 1);
  if (file->contexts.current() == name) file->contexts.clear_current();
  if (file->contexts.previous() == name) file->contexts.clear_previous();
  if (auto status = SaveContexts(file->path, file->contexts); !status.ok()) return status;
  PrintContext(session, gone, name + " is deleted");
  return ExitCode::kOk;
}

}  // namespace

Command ContextCommand() {
  const Operand name{.name = "NAME", .help = "The context's name", .words = Words::kContexts};
  return {.name = "context",
          .summary = "Remember how to reach hubs",
          .details = "Kept in $XDG_CONFIG_HOME/pigeonctl/config.toml, by default below ~/.config.",
          .examples = {"pigeonctl context set staging --server hub.example.org:50051 --tls"},
          .commands = {
              {.name = "list",
               .summary = "List contexts",
               .examples = {"pigeonctl context list"},
               .run = ListContexts},
              ShowContextCommand(),
              {.name = "use",
               .summary = "Use a context from now on",
               .examples = {"pigeonctl context use staging", "pigeonctl context use -"},
               .operands = {{.name = "NAME",
                             .help = "The context's name; - is the one that was in use before",
                             .words = Words::kContexts}},
               .run = Use},
              {.name = "set",
               .summary = "Make or change a context, from the connection flags",
               .details = "Takes --server, --tls, --ca, --cert, --key, --tls-server-name and "
                          "--token-file; what is not given stays. The first context is used at "
                          "once.",
               .examples = {"pigeonctl context set staging --server hub.example.org:50051 \\",
                            "    --ca ca.pem --token-file token"},
               .operands = {name},
               .run = SetContext},
              {.name = "delete",
               .summary = "Forget a context",
               .examples = {"pigeonctl context delete staging"},
               .operands = {name},
               .run = Delete},
              ValidateContextCommand(),
          }};
}

}  // namespace pigeonhub::cli
