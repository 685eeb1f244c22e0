// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "pigeonhub/v1/hub_service.pb.h"

namespace pigeonhub::cli {
namespace {

absl::StatusOr<ExitCode> Generate(Session& session, const Arguments&) {
  v1::GeneratePeerIdResponse response;
  if (auto status = session.Call(v1::GeneratePeerIdRequest(), response); !status.ok()) {
    return status;
  }
  session.Print(Answer{.message = &response,
                       .items = {&response},
                       .names = {response.peer_id()},
                       .sentence = response.peer_id()});
  return ExitCode::kOk;
}

}  // namespace

Command IdCommand() {
  return {.name = "id",
          .summary = "Make peer ids",
          .examples = {"pigeonctl id generate"},
          .commands = {{.name = "generate",
                        .summary = "Ask the hub for a random peer id",
                        .examples = {"pigeonctl id generate"},
                        .run = Generate}}};
}

}  // namespace pigeonhub::cli
