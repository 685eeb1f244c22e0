// SPDX-License-Identifier: Apache-2.0

#include "control/call.h"
#include "control/errors.h"
#include "control/services.h"
#include "control/signaling.h"
#include "pigeonhub/v1/mesh_service.grpc.pb.h"
#include "server/core/options.h"
#include "server/runtime/text.h"

namespace pigeonhub {
namespace {

class MeshService final : public v1::MeshService::CallbackService {
 public:
  explicit MeshService(ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetHubMeshNamespace(
      grpc::CallbackServerContext* context, const v1::GetHubMeshNamespaceRequest* request,
      v1::GetHubMeshNamespaceResponse* response) override {
    return Answer(plane_, context, "MeshService/GetHubMeshNamespace", request, [=, this] {
      response->set_hub_mesh_namespace(plane_.hub.GetHubMeshNamespace());
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* SetHubMeshNamespace(
      grpc::CallbackServerContext* context, const v1::SetHubMeshNamespaceRequest* request,
      v1::SetHubMeshNamespaceResponse* response) override {
    const Change change("MeshService/SetHubMeshNamespace", request->hub_mesh_namespace(), *request,
                        *response);
    return Perform(plane_, context, change, [=, this] { return Set(*request, *response); });
  }

 private:
  grpc::Status Set(const v1::SetHubMeshNamespaceRequest& request,
                   v1::SetHubMeshNamespaceResponse& response) {
    // Before signaling is stopped for a name that then does not do.
    const std::string name(Trimmed(request.hub_mesh_namespace()));
    if (name.empty() || name.size() > Limits().namespace_name || !IsPlainText(name)) {
      return InvalidField("hub_mesh_namespace",
                          "is not a name of 1 to 1024 bytes without control characters");
    }
    const HubServerStats stats = plane_.hub.GetStats();
    if (stats.is_running && !request.restart_signaling()) {
      return SignalingRuns("hub_mesh_namespace", "stop signaling first, or set restart_signaling");
    }
    response.set_previous(stats.hub.hub_mesh_namespace);
    response.set_closed_connections(stats.hub.connections);
    response.set_closed_hubs(stats.hub.hubs);
    if (request.validate_only()) return grpc::Status::OK;

    if (stats.is_running) plane_.hub.Stop();
    if (auto status = plane_.hub.SetHubMeshNamespace(name); !status.ok()) {
      return InvalidField("hub_mesh_namespace", {status.message().data(), status.message().size()});
    }
    plane_.config.Changed("hub-mesh-namespace", name);
    return stats.is_running ? StartSignaling(plane_.hub) : grpc::Status::OK;
  }

  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeMeshService(ControlPlane& plane) {
  return std::make_unique<MeshService>(plane);
}

}  // namespace pigeonhub
