// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/change.h"
#include "cli/nouns/nouns.h"
#include "cli/nouns/session.h"
#include "cli/text/count.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "server/base/text.h"

namespace pigeonhub::cli {
namespace {

absl::StatusOr<ExitCode> GetMeshNamespace(Session& session, const Arguments&) {
  v1::GetHubMeshNamespaceResponse response;
  auto status = session.Call(v1::GetHubMeshNamespaceRequest(), response);
  if (!status.ok()) return status;
  session.Print(Answer{.message = &response,
                       .items = {&response},
                       .names = {response.hub_mesh_namespace()},
                       .sentence = response.hub_mesh_namespace()});
  return ExitCode::kOk;
}

std::string WhatSetDid(const v1::SetHubMeshNamespaceRequest& request,
                       const v1::SetHubMeshNamespaceResponse& response) {
  const bool dry = request.validate_only();
  std::string sentence = dry ? "hub mesh namespace would be " : "hub mesh namespace is ";
  sentence += std::string(Trimmed(request.hub_mesh_namespace())) + ", was " + response.previous();
  if (request.restart_signaling()) {
    sentence += (dry ? "; would close " : "; closed ") +
                Counted(response.closed_connections(), "connection") + ", " +
                std::to_string(response.closed_hubs()) + " of hubs";
  }
  return sentence;
}

absl::StatusOr<ExitCode> SetMeshNamespace(Session& session, const Arguments& arguments) {
  v1::SetHubMeshNamespaceRequest request;
  request.set_hub_mesh_namespace(arguments.operands()[0]);
  request.set_restart_signaling(arguments.has("restart-signaling"));
  return Change<v1::SetHubMeshNamespaceResponse>(
      session, arguments, request, [](const auto& sent, const auto& response) {
        return Outcome{{std::string(Trimmed(sent.hub_mesh_namespace()))},
                       WhatSetDid(sent, response)};
      });
}

}  // namespace

Command MeshCommand() {
  return {
      .name = "mesh",
      .summary = "Look at and change how this hub meets other hubs",
      .examples = {"pigeonctl mesh namespace get"},
      .commands = {
          {.name = "namespace",
           .summary = "The namespace on which hubs meet",
           .examples = {"pigeonctl mesh namespace get"},
           .commands =
               {
                   {.name = "get",
                    .summary = "Show the hub mesh namespace",
                    .examples = {"pigeonctl mesh namespace get"},
                    .run = GetMeshNamespace},
                   {.name = "set",
                    .summary = "Change the hub mesh namespace until the process ends",
                    .details = "Refused while signaling runs. The durable form is the hub's flag "
                               "--hub-mesh-namespace.",
                    .examples =
                        {"pigeonctl mesh namespace set my-mesh --restart-signaling --dry-run"},
                    .operands = {{.name = "NAME", .help = "The new name"}},
                    .flags =
                        ChangeFlags({Switch("restart-signaling",
                                            "Stop signaling, change the name, start signaling: "
                                            "every peer connects anew")}),
                    .run = SetMeshNamespace},
               }},
      }};
}

}  // namespace pigeonhub::cli
