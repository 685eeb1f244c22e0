// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "control/call/call.h"
#include "control/call/order_by.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/policy_conversions.h"
#include "control/conversions/record_conversions.h"
#include "control/services/services.h"
#include "pigeonhub/v1/namespace_service.grpc.pb.h"
#include "server/base/text.h"
#include "server/core/namespace_policy.h"

namespace pigeonhub {
namespace {

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

// "max-peers: 0 is out of range", of the field policy.max_peers.
RpcError BadPolicy(const absl::Status& status) {
  const std::string message = MessageOf(status);
  const size_t colon = message.find(": ");
  std::string field = "policy." + message.substr(0, colon);
  std::replace(field.begin(), field.end(), '-', '_');
  return InvalidField(field, message.substr(colon + 2));
}

grpc::Status ReadPolicy(const v1::SetNamespacePolicyRequest& request, NamedPolicy& out) {
  if (const auto status = CheckPolicyName(request.name()); !status.ok()) {
    return InvalidField("name", MessageOf(status));
  }
  absl::StatusOr<NamespacePolicy> policy = FromProto(request.policy());
  if (!policy.ok()) return BadPolicy(policy.status());
  if (*policy == NamespacePolicy() && !request.evict()) {
    return InvalidField(
        "policy", "says nothing; give a key, or evict to apply what is in force to those inside");
  }
  out = {request.name(), *std::move(policy)};
  return grpc::Status::OK;
}

void ShowEvicted(const std::vector<EvictedPeer>& evicted,
                 v1::SetNamespacePolicyResponse& response) {
  response.set_ephemeral(true);
  response.set_evicted_count(static_cast<int64_t>(evicted.size()));
  size_t bytes = 0;
  for (const EvictedPeer& each : evicted) {
    v1::EvictedPeer peer = ToProto(each);
    bytes += peer.ByteSizeLong();
    if (bytes > kMaxPageBytes) return;
    *response.add_evicted_peers() = std::move(peer);
  }
}

// Where a list of policies goes on: of one name that of calls is first.
std::string PlaceOf(const PolicyRecord& record) {
  return (record.source == PolicySource::kCall ? "1" : "2") + record.name;
}

bool IsBehind(const PolicyRecord& record, const std::string& place) {
  const std::string own = PlaceOf(record);
  const auto rank = [](std::string_view of) { return std::tuple(of.substr(1), of[0]); };
  return rank(own) > rank(place);
}

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

      const Parsed<OrderBy> order =
          OrderBy::Parse(request->order_by(), *v1::Namespace::descriptor());
      if (!order.ok()) return order.status;
      if (order.value.is_given()) {
        ListInOrder(*request, order.value, size.value, *response);
        return grpc::Status::OK;
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
    return Answer(plane_, context, "NamespaceService/ListNamespaces", request, response, look);
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
      *response->mutable_in_force() = ToProto(plane_.hub.GetNamespacePolicy(request->name()));
      return grpc::Status::OK;
    };
    return Answer(plane_, context, "NamespaceService/GetNamespace", request, response, look);
  }

  grpc::ServerUnaryReactor* SetNamespacePolicy(grpc::CallbackServerContext* context,
                                               const v1::SetNamespacePolicyRequest* request,
                                               v1::SetNamespacePolicyResponse* response) override {
    const Change change("NamespaceService/SetNamespacePolicy", request->name(), *request,
                        *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      NamedPolicy policy;
      if (auto status = ReadPolicy(*request, policy); !status.ok()) return status;
      const absl::StatusOr<std::vector<EvictedPeer>> evicted =
          plane_.hub.SetNamespacePolicy(std::move(policy), request->evict(), ModeOf(*request));
      if (absl::IsResourceExhausted(evicted.status())) {
        return RpcError(grpc::StatusCode::RESOURCE_EXHAUSTED, v1::REASON_POLICIES_FULL,
                        MessageOf(evicted.status()));
      }
      if (!evicted.ok()) return InvalidField("name", MessageOf(evicted.status()));
      ShowEvicted(*evicted, *response);
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* UnsetNamespacePolicy(
      grpc::CallbackServerContext* context, const v1::UnsetNamespacePolicyRequest* request,
      v1::UnsetNamespacePolicyResponse* response) override {
    const Change change("NamespaceService/UnsetNamespacePolicy", request->name(), *request,
                        *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const absl::Status status =
          plane_.hub.UnsetNamespacePolicy(request->name(), ModeOf(*request));
      if (absl::IsNotFound(status)) {
        return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_POLICY_NOT_FOUND, MessageOf(status))
            .With("name", request->name());
      }
      if (!status.ok()) {
        return RpcError(
                   grpc::StatusCode::FAILED_PRECONDITION, v1::REASON_POLICY_OF_CONFIGURATION,
                   "no call set a policy of " + Shown(request->name()) + "; the configuration did")
            .Unless(request->name(), "take it out of the configuration, and reload");
      }
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* ListNamespacePolicies(
      grpc::CallbackServerContext* context, const v1::ListNamespacePoliciesRequest* request,
      v1::ListNamespacePoliciesResponse* response) override {
    const auto look = [=, this]() -> grpc::Status {
      const Parsed<size_t> size = ParsePageSize(request->page_size());
      if (!size.ok()) return size.status;
      const PageTokens tokens("policies " + plane_.feed.source().epoch);
      std::string place = "1";
      if (!request->page_token().empty()) {
        const std::optional<std::string> read = tokens.Read(request->page_token());
        if (!read || read->empty()) return BadPageToken();
        place = *read;
      }
      for (const PolicyRecord& record : plane_.hub.GetNamespacePolicies()) {
        if (!IsBehind(record, place)) continue;
        if (response->policies_size() == static_cast<int>(size.value)) {
          response->set_next_page_token(tokens.Make(place));
          break;
        }
        *response->add_policies() = ToProto(record);
        place = PlaceOf(record);
      }
      return grpc::Status::OK;
    };
    return Answer(plane_, context, "NamespaceService/ListNamespacePolicies", request, response,
                  look);
  }

  grpc::ServerUnaryReactor* GetNamespacePolicy(grpc::CallbackServerContext* context,
                                               const v1::GetNamespacePolicyRequest* request,
                                               v1::GetNamespacePolicyResponse* response) override {
    const auto look = [=, this]() -> grpc::Status {
      if (request->name().empty()) return InvalidField("name", "is empty");
      *response->mutable_in_force() = ToProto(plane_.hub.GetNamespacePolicy(request->name()));
      return grpc::Status::OK;
    };
    return Answer(plane_, context, "NamespaceService/GetNamespacePolicy", request, response, look);
  }

 private:
  // The first of all namespaces in this order.
  void ListInOrder(const v1::ListNamespacesRequest& request, const OrderBy& order, size_t size,
                   v1::ListNamespacesResponse& response) {
    constexpr size_t kLookedAt = 1000;  // in one go; the hub waits meanwhile
    FirstOf<v1::Namespace> first(order, size);
    for (std::string after;;) {
      const HubServer::NamespacePage page =
          plane_.hub.ListNamespaces(request.name_prefix(), after, kLookedAt);
      if (!response.has_cursor()) {
        response.mutable_cursor()->set_epoch(plane_.feed.source().epoch);
        response.mutable_cursor()->set_seq(page.next_event);
      }
      for (const NamespaceRecord& record : page.namespaces) first.Add(ToProto(record));
      if (page.namespaces.size() < kLookedAt) break;
      after = page.namespaces.back().name;
    }
    for (v1::Namespace& each : first.Take()) *response.add_namespaces() = std::move(each);
  }

  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeNamespaceService(ControlPlane& plane) {
  return std::make_unique<NamespaceService>(plane);
}

}  // namespace pigeonhub
