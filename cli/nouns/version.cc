// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "pigeonctl/v1/answers.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "pigeonhub_version.h"

namespace pigeonhub::cli {
namespace {

absl::StatusOr<ExitCode> Version(Session& session, const Arguments& arguments) {
  pigeonctl::v1::Version version;
  version.set_client(std::string(kVersion));
  absl::Status asked;
  if (!arguments.has("client")) {
    v1::GetServerInfoResponse info;
    asked = session.Call(v1::GetServerInfoRequest(), info);
    version.set_server(info.version());
  }
  Answer answer{.message = &version, .items = {&version}, .names = {version.client()}};
  std::vector<std::pair<std::string, Cell>> facts = {{"Client", version.client()}};
  if (!version.server().empty()) facts.emplace_back("Server", version.server());
  answer.tables = {Facts(std::move(facts))};
  session.Print(answer);
  // The command is about pigeonctl, so it succeeds if no hub answers. It fails for a wrong flag.
  if (absl::IsInvalidArgument(asked)) return asked;
  if (!asked.ok()) session.Say(std::string(asked.message()));
  return ExitCode::kOk;
}

}  // namespace

Command VersionCommand() {
  return {.name = "version",
          .summary = "Show the versions of pigeonctl and, if it can be reached, the hub",
          .examples = {"pigeonctl version --client"},
          .flags = {Switch("client", "Do not ask the hub")},
          .run = Version};
}

}  // namespace pigeonhub::cli
