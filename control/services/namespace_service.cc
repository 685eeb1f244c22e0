// SPDX-License-Identifier: Apache-2.0

#include "control/call/call.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/record_conversions.h"
#include "control/services/services.h"
#include "pigeonhub/v1/namespace_service.grpc.pb.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

class NamespaceService final : public v1::NamespaceService::CallbackService {
 public:
  explicit NamespaceService(ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* ListNamespaces(grpc::CallbackServerContext* context,
                                           const v1::ListNamespacesRequest* request,
                                           v1::ListNamespacesResponse* response) override {
    const auto look = [=, this]() -> grpc::Status {
      const Parsed<size_t> size = ParsePageSize(request->page_size());
      if (!size.ok()) return size.status;
      const PageTokens tokens("namespaces " + plane_.feed.source().epoch + request->name_prefix());
      std::string after;
      if (!request->page_token().empty()) {
        const std::optional<std::string> place = tokens.Read(request->page_token());
        if (!place) return BadPageToken();
        after = *place;
      }

      // Asks for one more than fits, to see whether there is another page.
      const HubServer::NamespacePage page =
          plane_.hub.ListNamespaces(request->name_prefix(), after, size.value + 1);
      response->mutable_cursor()->set_epoch(plane_.feed.source().epoch);
      response->mutable_cursor()->set_seq(page.next_event);
      for (const NamespaceRecord& record : page.namespaces) {
        if (response->namespaces_size() == static_cast<int>(size.value)) {
          response->set_next_page_token(tokens.Make(after));
          break;
        }
        *response->add_namespaces() = ToProto(record);
        after = record.name;
      }
      return grpc::Status::OK;
    };
    return Answer(plane_, context, "NamespaceService/ListNamespaces", request, look);
  }

  grpc::ServerUnaryReactor* GetNamespace(grpc::CallbackServerContext* context,
                                         const v1::GetNamespaceRequest* request,
                                         v1::GetNamespaceResponse* response) override {
    const auto look = [=, this]() -> grpc::Status {
      const std::optional<NamespaceRecord> record = plane_.hub.GetNamespace(request->name());
      if (!record) {
        return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_NAMESPACE_NOT_FOUND,
                        "no peer of namespace " + Shown(request->name()) + " is known here")
            .With("namespace", request->name());
      }
      *response->mutable_namespace_() = ToProto(*record);
      return grpc::Status::OK;
    };
    return Answer(plane_, context, "NamespaceService/GetNamespace", request, look);
  }

 private:
  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeNamespaceService(ControlPlane& plane) {
  return std::make_unique<NamespaceService>(plane);
}

}  // namespace pigeonhub
