// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "grpc/health/v1/health.pb.h"
#include "pigeonctl/v1/answers.pb.h"
#include "server/base/nearest_word.h"

namespace pigeonhub::cli {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

struct Service {
  std::string_view word;  // what the user types
  std::string_view name;  // its name in the health service
};

constexpr Service kServices[] = {
    {"overall", ""},
    {"live", "pigeonhub.v1.Live"},
    {"ready", "pigeonhub.v1.Ready"},
    {"server", "pigeonhub.v1.ServerService"},
    {"hubs", "pigeonhub.v1.HubService"},
    {"mesh", "pigeonhub.v1.MeshService"},
    {"peers", "pigeonhub.v1.PeerService"},
    {"namespaces", "pigeonhub.v1.NamespaceService"},
    {"events", "pigeonhub.v1.EventService"},
    {"access", "pigeonhub.v1.AccessService"},
};

std::vector<std::string> ServiceWords() {
  std::vector<std::string> words;
  for (const Service& service : kServices) words.emplace_back(service.word);
  return words;
}

absl::Status CheckService(Session& session, const Service& service, pigeonctl::v1::Health& health) {
  HealthCheckRequest request;
  request.set_service(std::string(service.name));
  HealthCheckResponse response;
  absl::Status status = session.Call(request, response);
  const bool unknown = absl::IsNotFound(status);
  if (!status.ok() && !unknown) return status;
  if (unknown) response.set_status(HealthCheckResponse::SERVICE_UNKNOWN);
  auto& entry = *health.add_services();
  entry.set_service(std::string(service.name.empty() ? service.word : service.name));
  const std::string name = HealthCheckResponse::ServingStatus_Name(response.status());
  entry.set_status(name.empty() ? std::to_string(response.status()) : name);
  if (response.status() != HealthCheckResponse::SERVING) health.set_healthy(false);
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> Health(Session& session, const Arguments& arguments) {
  if (arguments.has("hub")) {
    return absl::InvalidArgumentError(
        "health is told by the hub at --server alone; for others ask pigeonctl --hub ID stats");
  }
  if (const auto hub = session.client(); !hub.ok()) return hub.status();
  pigeonctl::v1::Health health;
  health.set_healthy(true);
  for (const Service& service : kServices) {
    if (!arguments.operands().empty() && arguments.operands()[0] != service.word) continue;
    absl::Status status = CheckService(session, service, health);
    if (!status.ok()) return status;
  }
  std::vector<std::string> failing;
  Answer answer{.message = &health, .items = ItemsOf(health.services())};
  Table table{{{.title = "SERVICE"}, {.title = "STATUS"}}, {}};
  for (const auto& service : health.services()) {
    answer.names.push_back(service.service());
    const bool serving = service.status() == "SERVING";
    if (!serving) failing.push_back(service.service());
    table.rows.push_back(
        {service.service(), Cell(service.status(), serving ? Tone::kGood : Tone::kBad)});
  }
  answer.tables = {std::move(table)};
  session.Print(answer);
  if (!failing.empty()) session.Say("not serving: " + Listed(failing));
  return health.healthy() ? ExitCode::kOk : ExitCode::kUnhealthy;
}

}  // namespace

Command HealthCommand() {
  return {.name = "health",
          .summary = "Ask whether the hub serves; exit code 7 if something does not",
          .details =
              "Without an argument asks about everything. A hub that drains or is stopped "
              "is live but not ready.",
          .examples = {"pigeonctl health", "pigeonctl health ready -o name && echo ready"},
          .operands = {{.name = "SERVICE",
                        .help = "Only this",
                        .choices = ServiceWords(),
                        .optional = true}},
          .run = Health};
}

}  // namespace pigeonhub::cli
