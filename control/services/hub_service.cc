// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "control/call/call.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/record_conversions.h"
#include "control/services/named_hubs.h"
#include "control/services/services.h"
#include "pigeonhub/v1/hub_service.grpc.pb.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

// More than a hub may say of itself: what an operator says stays at this hub. RegisterHub checks
// the sum.
constexpr size_t kMaxRegion = 256;
constexpr int kMaxCapabilities = 64;

RpcError HubNotFound(const std::string& peer_id) {
  return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_HUB_NOT_FOUND,
                  "no hub " + Shown(peer_id) + " is known here")
      .With("peer_id", peer_id);
}

RpcError NotInQuarantine(const std::string& peer_id) {
  return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_HUB_NOT_QUARANTINED,
                  "hub " + Shown(peer_id) + " is not in quarantine")
      .With("peer_id", peer_id);
}

RpcError OrdinaryPeer(const std::string& peer_id) {
  return RpcError(grpc::StatusCode::FAILED_PRECONDITION, v1::REASON_NOT_A_HUB,
                  Shown(peer_id) +
                      " is an ordinary peer, and only hubs are quarantined; "
                      "DisconnectPeer closes its connection")
      .With("peer_id", peer_id)
      .Unless(peer_id, "only hubs are quarantined");
}

bool IsName(const std::string& text) { return text.size() <= kMaxRegion && IsPlainText(text); }

class HubService final : public v1::HubService::CallbackService {
 public:
  explicit HubService(ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* ListHubs(grpc::CallbackServerContext* context,
                                     const v1::ListHubsRequest* request,
                                     v1::ListHubsResponse* response) override {
    return Answer(
        plane_, context, "HubService/ListHubs", request, response, [=, this]() -> grpc::Status {
          const Parsed<size_t> size = ParsePageSize(request->page_size());
          if (!size.ok()) return size.status;
          std::optional<PeerId> exclude;
          if (!request->exclude_peer_id().empty()) {
            const Parsed<PeerId> id = ParsePeerId(request->exclude_peer_id(), "exclude_peer_id");
            if (!id.ok()) return id.status;
            exclude = id.value;
          }
          const PageTokens tokens("hubs " + plane_.feed.source().epoch +
                                  request->exclude_peer_id() +
                                  (request->include_granted() ? " granted" : ""));
          const Parsed<uint64_t> after = ParsePlace(tokens, request->page_token());
          if (!after.ok()) return after.status;

          size_t bytes = 0;
          uint64_t last = 0;
          for (const HubRecord& hub : Hubs(request->include_granted())) {
            if (hub.order <= after.value || hub.peer == exclude) continue;
            if (response->hubs_size() >= static_cast<int>(size.value) || bytes > kMaxPageBytes) {
              response->set_next_page_token(tokens.Make(last));
              break;
            }
            *response->add_hubs() = ToProto(hub);
            bytes += hub.profile.size();
            last = hub.order;
          }
          return grpc::Status::OK;
        });
  }

  grpc::ServerUnaryReactor* GetHub(grpc::CallbackServerContext* context,
                                   const v1::GetHubRequest* request,
                                   v1::GetHubResponse* response) override {
    return Answer(plane_, context, "HubService/GetHub", request, response,
                  [=, this]() -> grpc::Status {
                    const Parsed<PeerId> id = ParsePeerId(request->peer_id());
                    if (!id.ok()) return id.status;
                    for (const HubRecord& hub : Hubs(/*granted=*/true)) {
                      if (hub.peer != id.value) continue;
                      *response->mutable_hub() = ToProto(hub);
                      return grpc::Status::OK;
                    }
                    return HubNotFound(request->peer_id());
                  });
  }

  grpc::ServerUnaryReactor* RegisterHub(grpc::CallbackServerContext* context,
                                        const v1::RegisterHubRequest* request,
                                        v1::RegisterHubResponse* response) override {
    const Change change("HubService/RegisterHub", request->peer_id(), *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const Parsed<PeerId> id = ParsePeerId(request->peer_id());
      if (!id.ok()) return id.status;
      if (!IsName(request->region())) {
        return InvalidField("region", "is not text of at most 256 bytes");
      }
      if (request->capabilities_size() > kMaxCapabilities ||
          !std::all_of(request->capabilities().begin(), request->capabilities().end(), IsName)) {
        return InvalidField("capabilities", "are not at most 64 texts of at most 256 bytes");
      }
      const HubDescription hub{request->region(),
                               {request->capabilities().begin(), request->capabilities().end()}};
      const absl::StatusOr<bool> connected =
          plane_.hub.RegisterHub(id.value, hub, ModeOf(*request));
      const absl::Status status = connected.status();
      if (absl::IsOutOfRange(status)) {
        return InvalidField("capabilities", "are more than 4 KiB together with region");
      }
      if (absl::IsFailedPrecondition(status)) {
        return InQuarantine("hub " + Shown(request->peer_id()), request->peer_id())
            .With("peer_id", request->peer_id());
      }
      if (absl::IsResourceExhausted(status)) return NoRoom(status);
      if (!status.ok()) return InvalidField("peer_id", "is the hub itself");
      response->set_connected(*connected);
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* UnregisterHub(grpc::CallbackServerContext* context,
                                          const v1::UnregisterHubRequest* request,
                                          v1::UnregisterHubResponse* response) override {
    const Change change("HubService/UnregisterHub", request->peer_id(), *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const Parsed<PeerId> id = ParsePeerId(request->peer_id());
      if (!id.ok()) return id.status;
      const bool known = plane_.hub.UnregisterHub(id.value, ModeOf(*request)).ok();
      return known ? grpc::Status::OK : HubNotFound(request->peer_id());
    });
  }

  grpc::ServerUnaryReactor* QuarantineHub(grpc::CallbackServerContext* context,
                                          const v1::QuarantineHubRequest* request,
                                          v1::QuarantineHubResponse* response) override {
    const Change change("HubService/QuarantineHub", request->peer_id(), *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const Parsed<PeerId> id = ParsePeerId(request->peer_id());
      if (!id.ok()) return id.status;
      const absl::Status status = plane_.hub.QuarantineHub(id.value, ModeOf(*request));
      if (absl::IsFailedPrecondition(status)) return OrdinaryPeer(request->peer_id());
      if (absl::IsResourceExhausted(status)) return NoRoom(status);
      if (!status.ok()) return InvalidField("peer_id", "is the hub itself");
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* ReleaseHub(grpc::CallbackServerContext* context,
                                       const v1::ReleaseHubRequest* request,
                                       v1::ReleaseHubResponse* response) override {
    const Change change("HubService/ReleaseHub", request->peer_id(), *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const Parsed<PeerId> id = ParsePeerId(request->peer_id());
      if (!id.ok()) return id.status;
      const bool known = plane_.hub.ReleaseHub(id.value, ModeOf(*request)).ok();
      return known ? grpc::Status::OK : NotInQuarantine(request->peer_id());
    });
  }

  grpc::ServerUnaryReactor* GetHubStats(grpc::CallbackServerContext* context,
                                        const v1::GetHubStatsRequest* request,
                                        v1::GetHubStatsResponse* response) override {
    return Answer(plane_, context, "HubService/GetHubStats", request, response, [=, this] {
      const HubServerHubStats stats = plane_.hub.GetHubStats();
      response->set_total_hubs(stats.total_hubs);
      response->set_connected_hubs(stats.connected_hubs);
      size_t bytes = 0;
      for (const HubRecord& hub : stats.hubs) {
        if (response->hubs_size() == kMaxPageSize || bytes > kMaxPageBytes) break;
        *response->add_hubs() = ToProto(hub);
        bytes += hub.profile.size();
      }
      for (const LinkRecord& link : stats.bootstrap_hubs) {
        *response->add_bootstrap_hubs() = ToProto(link);
      }
      for (const QuarantinedHub& hub : stats.quarantined_hubs) {
        if (response->quarantined_hubs_size() == kMaxPageSize) break;
        *response->add_quarantined_hubs() = ToProto(hub);
      }
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* GetHubKey(grpc::CallbackServerContext* context,
                                      const v1::GetHubKeyRequest* request,
                                      v1::GetHubKeyResponse* response) override {
    return Answer(plane_, context, "HubService/GetHubKey", request, response, [=, this] {
      response->set_peer_id(std::string(plane_.hub.GetStats().hub.hub_peer_id.text()));
      response->set_public_key(plane_.hub.PublicKeyText());
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* GeneratePeerId(grpc::CallbackServerContext* context,
                                           const v1::GeneratePeerIdRequest* request,
                                           v1::GeneratePeerIdResponse* response) override {
    return Answer(plane_, context, "HubService/GeneratePeerId", request, response, [=] {
      response->set_peer_id(std::string(HubServer::GeneratePeerId().text()));
      return grpc::Status::OK;
    });
  }

 private:
  // The connected hubs in the order of registration. With `granted` also those that are expected.
  std::vector<HubRecord> Hubs(bool granted) {
    std::vector<HubRecord> hubs = plane_.hub.GetConnectedHubs();
    if (!granted) return hubs;
    for (HubRecord& hub : plane_.hub.GetExpectedHubs()) hubs.push_back(std::move(hub));
    std::sort(hubs.begin(), hubs.end(),
              [](const HubRecord& a, const HubRecord& b) { return a.order < b.order; });
    return hubs;
  }

  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeHubService(ControlPlane& plane) {
  return std::make_unique<HubService>(plane);
}

}  // namespace pigeonhub
