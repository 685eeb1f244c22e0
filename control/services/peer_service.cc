// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "control/call/call.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/record_conversions.h"
#include "control/services/services.h"
#include "pigeonhub/v1/peer_service.grpc.pb.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

// How many peers are looked at in one go. The hub waits meanwhile.
constexpr size_t kLookedAt = 1000;

constexpr int kMostAttributes = 16;  // of a token

// Another text for other attributes.
std::string TextOf(const std::map<std::string, std::string>& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes) text += '\0' + name + '\0' + value;
  return text;
}

RpcError PeerNotFound(const std::string& peer_id) {
  return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_PEER_NOT_FOUND,
                  "no peer " + Shown(peer_id) + " is connected to this hub")
      .With("peer_id", peer_id);
}

// The beginning of ids; empty: of all.
Parsed<std::string> ParsePeerIdPrefix(const std::string& text) {
  if (text.size() > PeerId::kLength ||
      !std::all_of(text.begin(), text.end(), absl::ascii_isxdigit)) {
    return InvalidField("peer_id_prefix",
                        "is not the beginning of an id, which has 40 hexadecimal digits");
  }
  return text;
}

class PeerService final : public v1::PeerService::CallbackService {
 public:
  explicit PeerService(ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* ListPeers(grpc::CallbackServerContext* context,
                                      const v1::ListPeersRequest* request,
                                      v1::ListPeersResponse* response) override {
    return Answer(plane_, context, "PeerService/ListPeers", request, [=, this]() -> grpc::Status {
      const Parsed<size_t> size = ParsePageSize(request->page_size());
      if (!size.ok()) return size.status;
      Parsed<std::string> prefix = ParsePeerIdPrefix(request->peer_id_prefix());
      if (!prefix.ok()) return prefix.status;
      if (request->attributes_size() > kMostAttributes) {
        return InvalidField("attributes", "are more than 16, which no token has");
      }
      const PeerFilter filter{request->namespace_(),
                              std::move(prefix.value),
                              request->hubs_only(),
                              {request->attributes().begin(), request->attributes().end()}};
      const PageTokens tokens((filter.hubs_only ? "hubs among peers " : "peers ") +
                              plane_.feed.source().epoch + filter.network + '\0' +
                              filter.id_prefix + TextOf(filter.attributes));
      Parsed<uint64_t> place = ParsePlace(tokens, request->page_token());
      if (!place.ok()) return place.status;
      List(filter, place.value, size.value, tokens, *response);
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* GetPeer(grpc::CallbackServerContext* context,
                                    const v1::GetPeerRequest* request,
                                    v1::GetPeerResponse* response) override {
    return Answer(plane_, context, "PeerService/GetPeer", request, [=, this]() -> grpc::Status {
      const Parsed<PeerId> id = ParsePeerId(request->peer_id());
      if (!id.ok()) return id.status;
      const std::optional<PeerRecord> peer = plane_.hub.GetPeer(id.value);
      if (!peer) return PeerNotFound(request->peer_id());
      *response->mutable_peer() = ToProto(*peer, /*full=*/true);
      return grpc::Status::OK;
    });
  }

  grpc::ServerUnaryReactor* DisconnectPeer(grpc::CallbackServerContext* context,
                                           const v1::DisconnectPeerRequest* request,
                                           v1::DisconnectPeerResponse* response) override {
    const Change change("PeerService/DisconnectPeer", request->peer_id(), *request, *response);
    return Perform(plane_, context, change, [=, this]() -> grpc::Status {
      const Parsed<PeerId> id = ParsePeerId(request->peer_id());
      if (!id.ok()) return id.status;
      const bool found = plane_.hub.DisconnectPeer(id.value, ModeOf(*request)).ok();
      return found ? grpc::Status::OK : PeerNotFound(request->peer_id());
    });
  }

 private:
  // Fills the page, though the hub looks at few peers at a time. The cursor is that of the first
  // look. A watcher who starts there sees some changes twice, and misses none.
  void List(const PeerFilter& filter, uint64_t after, size_t size, const PageTokens& tokens,
            v1::ListPeersResponse& response) {
    for (;;) {
      HubServer::PeerPage looked = plane_.hub.ListPeers(filter, after, kLookedAt);
      if (!response.has_cursor()) {
        response.mutable_cursor()->set_epoch(plane_.feed.source().epoch);
        response.mutable_cursor()->set_seq(looked.next_event);
      }
      for (const PeerRecord& peer : looked.page.peers) {
        if (response.peers_size() == static_cast<int>(size)) {
          response.set_next_page_token(tokens.Make(after));
          return;
        }
        *response.add_peers() = ToProto(peer, /*full=*/false);
        after = peer.order;
      }
      if (!looked.page.more) return;
      after = looked.page.next_order;
    }
  }

  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePeerService(ControlPlane& plane) {
  return std::make_unique<PeerService>(plane);
}

}  // namespace pigeonhub
