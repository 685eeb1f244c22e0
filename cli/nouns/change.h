// SPDX-License-Identifier: Apache-2.0
//
// What commands that change something have in common: --dry-run, --request-id, and the sentence
// that reports the result.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/command/exit_code.h"
#include "cli/nouns/session.h"
#include "cli/output/answer.h"
#include "server/base/random.h"

namespace pigeonhub::cli {

// The flags of a command that changes something: its own, and those of every change.
std::vector<Flag> ChangeFlags(std::vector<Flag> own = {});

// Fills the fields from the flags of ChangeFlags. Without --request-id the id is random: gRPC may
// repeat a call, and the hub then makes the change only once.
template <typename Request>
void SetChangeFields(Request& request, const Arguments& arguments) {
  constexpr size_t kDigits = 32;
  request.set_validate_only(arguments.has("dry-run"));
  request.set_request_id(arguments.has("request-id") ? arguments.text("request-id")
                                                     : RandomHex(kDigits));
}

// What a change did, or, with validate_only, would do.
struct Outcome {
  std::vector<std::string> names;  // for -o name
  std::string sentence;            // for people
  std::vector<Table> tables = {};  // for people, above it
};

// How a change ends that was made: kCannotConnect where the answer names hubs that it did not
// reach.
template <typename Response>
ExitCode CodeOfChange(const Response& response) {
  if constexpr (requires { response.unreachable().empty(); }) {
    if (!response.unreachable().empty()) return ExitCode::kCannotConnect;
  }
  return ExitCode::kOk;
}

// Sends a change and prints the Outcome that `describe` returns for the request and the response.
template <typename Response, typename Request, typename Describe>
absl::StatusOr<ExitCode> Change(Session& session, const Arguments& arguments, Request request,
                                Describe describe) {
  SetChangeFields(request, arguments);
  Response response;
  if (const auto status = session.Call(request, response); !status.ok()) return status;
  Outcome outcome = describe(std::as_const(request), std::as_const(response));
  session.Print(Answer{.message = &response,
                       .items = {&response},
                       .names = std::move(outcome.names),
                       .tables = std::move(outcome.tables),
                       .sentence = std::move(outcome.sentence)});
  return CodeOfChange(response);
}

}  // namespace pigeonhub::cli
