// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <utility>
#include <vector>

#include "control/call/call.h"
#include "control/call/order_by.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/record_conversions.h"
#include "control/services/named_hubs.h"
#include "control/services/services.h"
#include "control/services/signaling.h"
#include "pigeonhub/v1/mesh_service.grpc.pb.h"
#include "server/base/masked_url.h"
#include "server/base/text.h"
#include "server/core/options.h"
#include "server/internals/hub_internals.h"

namespace pigeonhub {
namespace {

constexpr size_t kMaxUrl = 2048;

class MeshService final : public v1::MeshService::CallbackService {
 public:
  explicit MeshService(ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* GetHubMeshNamespace(
      grpc::CallbackServerContext* context, const v1::GetHubMeshNamespaceRequest* request,
      v1::GetHubMeshNamespaceResponse* response) override {
    return Answer(plane_, context, "MeshService/GetHubMeshNamespace", request, response, [=, this] {
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

  grpc::ServerUnaryReactor* ListLinks(grpc::CallbackServerContext* context,
                                      const v1::ListLinksRequest* request,
                                      v1::ListLinksResponse* response) override {
    return Answer(plane_, context, "MeshService/ListLinks", request, response,
                  [=, this]() -> grpc::Status {
                    const Parsed<size_t> size = ParsePageSize(request->page_size());
                    if (!size.ok()) return size.status;
                    const PageTokens tokens("links " + plane_.feed.source().epoch);
                    const Parsed<uint64_t> after = ParsePlace(tokens, request->page_token());
                    if (!after.ok()) return after.status;
                    // Links are few and have no numbers, so a page begins at a position in the
                    // list.
                    HubServer::LinkList list = plane_.hub.Links();
                    const Parsed<OrderBy> order =
                        OrderBy::Parse(request->order_by(), *v1::Link::descriptor());
                    if (!order.ok()) return order.status;
                    std::vector<ConnectionState*> connections;
                    for (LinkRecord& link : list.links) connections.push_back(&link.connection);
                    HubInternals(plane_.hub).LookAt(connections, /*with_line=*/true);
                    if (order.value.is_given()) {
                      FirstOf<v1::Link> first(order.value, size.value);
                      for (const LinkRecord& link : list.links) first.Add(ToProto(link));
                      for (v1::Link& link : first.Take()) *response->add_links() = std::move(link);
                      list.links.clear();
                    }
                    for (size_t i = after.value; i < list.links.size(); ++i) {
                      if (response->links_size() == static_cast<int>(size.value)) {
                        response->set_next_page_token(tokens.Make(i));
                        break;
                      }
                      *response->add_links() = ToProto(list.links[i]);
                    }
                    if (list.bus.has_value() && after.value == 0)
                      *response->mutable_bus() = ToProto(*list.bus);
                    response->mutable_cursor()->set_epoch(plane_.feed.source().epoch);
                    response->mutable_cursor()->set_seq(list.next_event);
                    return grpc::Status::OK;
                  });
  }

  grpc::ServerUnaryReactor* ConnectHub(grpc::CallbackServerContext* context,
                                       const v1::ConnectHubRequest* request,
                                       v1::ConnectHubResponse* response) override {
    const Change change("MeshService/ConnectHub", MaskedUrl(request->url()), *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      if (request->url().size() > kMaxUrl) return InvalidField("url", "is longer than 2048 bytes");
      const absl::Status status = plane_.hub.ConnectToHub(request->url(), ModeOf(*request));
      if (absl::IsFailedPrecondition(status)) {
        return SignalingStopped("links", "start signaling first");
      }
      if (absl::IsPermissionDenied(status)) {
        return InQuarantine("the hub at " + Shown(MaskedUrl(request->url())),
                            MaskedUrl(request->url()));
      }
      if (absl::IsResourceExhausted(status)) return NoRoom(status);
      if (!status.ok()) {
        return InvalidField("url", {status.message().data(), status.message().size()});
      }
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* ConnectBootstrapHubs(
      grpc::CallbackServerContext* context, const v1::ConnectBootstrapHubsRequest* request,
      v1::ConnectBootstrapHubsResponse* response) override {
    const Change change("MeshService/ConnectBootstrapHubs", "bootstrap hubs", *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const absl::StatusOr<size_t> hubs = plane_.hub.ConnectToBootstrapHubs(ModeOf(*request));
      if (!hubs.ok()) return SignalingStopped("bootstrap hubs", "start signaling first");
      response->set_bootstrap_hubs(static_cast<int>(*hubs));
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* DisconnectBootstrapHubs(
      grpc::CallbackServerContext* context, const v1::DisconnectBootstrapHubsRequest* request,
      v1::DisconnectBootstrapHubsResponse* response) override {
    const Change change("MeshService/DisconnectBootstrapHubs", "bootstrap hubs", *request,
                        *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      response->set_bootstrap_hubs(
          static_cast<int>(plane_.hub.DisconnectFromBootstrapHubs(ModeOf(*request))));
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* DisconnectLink(grpc::CallbackServerContext* context,
                                           const v1::DisconnectLinkRequest* request,
                                           v1::DisconnectLinkResponse* response) override {
    const bool by_url = !request->url().empty();
    const std::string object = by_url ? MaskedUrl(request->url()) : request->hub_peer_id();
    const Change change("MeshService/DisconnectLink", object, *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      if (by_url && !request->hub_peer_id().empty()) {
        return InvalidField("url", "is set beside hub_peer_id; set one of the two");
      }
      if (by_url) {
        if (plane_.hub.DisconnectUrl(request->url(), ModeOf(*request)).ok()) {
          return grpc::Status::OK;
        }
        return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_LINK_NOT_FOUND,
                        "no link to " + Shown(MaskedUrl(request->url())))
            .With("url", MaskedUrl(request->url()));
      }
      const Parsed<PeerId> id = ParsePeerId(request->hub_peer_id(), "hub_peer_id");
      if (!id.ok()) return id.status;
      if (plane_.hub.DisconnectLink(id.value, ModeOf(*request)).ok()) return grpc::Status::OK;
      return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_LINK_NOT_FOUND,
                      "no link to hub " + Shown(request->hub_peer_id()))
          .With("hub_peer_id", request->hub_peer_id());
    });
  }

  grpc::ServerUnaryReactor* GetTopology(grpc::CallbackServerContext* context,
                                        const v1::GetTopologyRequest* request,
                                        v1::GetTopologyResponse* response) override {
    return Answer(plane_, context, "MeshService/GetTopology", request, response, [=, this] {
      ToProto(plane_.hub.Topology(), *response);
      return grpc::Status::OK;
    });
  }

 private:
  grpc::Status Set(const v1::SetHubMeshNamespaceRequest& request,
                   v1::SetHubMeshNamespaceResponse& response) {
    const auto change = plane_.hub.ChangeHubMeshNamespace(
        request.hub_mesh_namespace(), request.restart_signaling(), ModeOf(request));
    const absl::Status& status = change.status();
    if (absl::IsInvalidArgument(status)) {
      const std::string why(status.message());
      return RpcError(grpc::StatusCode::INVALID_ARGUMENT, v1::REASON_INVALID_REQUEST, why)
          .Field("hub_mesh_namespace", why);
    }
    if (absl::IsFailedPrecondition(status)) {
      return SignalingRuns("hub_mesh_namespace", "stop signaling first, or set restart_signaling");
    }
    if (!request.validate_only()) {
      plane_.settings.Changed("hub-mesh-namespace", plane_.hub.GetHubMeshNamespace());
    }
    if (!status.ok()) return StartFailed(status);
    response.set_previous(change->previous);
    response.set_closed_connections(change->closed_connections);
    response.set_closed_hubs(change->closed_hubs);
    return grpc::Status::OK;
  }

  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeMeshService(ControlPlane& plane) {
  return std::make_unique<MeshService>(plane);
}

}  // namespace pigeonhub
