// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "control/call/call.h"
#include "control/call/order_by.h"
#include "control/call/requests.h"
#include "control/call/rpc_error.h"
#include "control/conversions/record_conversions.h"
#include "control/services/find_peer.h"
#include "control/services/services.h"
#include "pigeonhub/v1/peer_service.grpc.pb.h"
#include "proto/findings/finding_messages.h"
#include "server/base/text.h"
#include "server/internals/hub_internals.h"

namespace pigeonhub {
namespace {

// How many peers are looked at in one go. The hub waits meanwhile.
constexpr size_t kLookedAtOnce = 1000;

constexpr size_t kMostIds = 1000;  // of an answer

// Another text for other attributes.
std::string TextOf(const TokenAttributes& attributes) {
  std::string text;
  for (const auto& [name, value] : attributes) text += '\0' + name + '\0' + value;
  return text;
}

RpcError PeerNotFound(const std::string& peer_id) {
  return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_PEER_NOT_FOUND,
                  "no peer " + Shown(peer_id) + " is connected to this hub")
      .With("peer_id", peer_id);
}

RpcError NothingKnown(const v1::FindPeerRequest& request) {
  std::string text = "nothing is known here of a peer " + Shown(request.peer_id());
  if (!request.namespace_().empty()) text += " in the namespace " + Shown(request.namespace_());
  text +=
      ": it is not connected to this hub, did not leave it within the last hour, and no other hub "
      "told of it; mesh hubs tell of peers in namespaces that have members here";
  return RpcError(grpc::StatusCode::NOT_FOUND, v1::REASON_PEER_NOT_FOUND, text)
      .With("peer_id", request.peer_id());
}

// To measure the line of every peer takes too long.
Parsed<OrderBy> ParseOrder(const std::string& text) {
  Parsed<OrderBy> order = OrderBy::Parse(text, *v1::Peer::descriptor());
  if (order.ok() && order.value.is_given() && order.value.field() == "round_trip") {
    return InvalidField("order_by", "round_trip is measured of the peers of the answer alone");
  }
  return order;
}

// Where a page of peers of other hubs begins, if that is what its token says.
constexpr char kRemoteMark = 'r';
std::optional<std::string> RemotePlaceOf(const PageTokens& tokens,
                                         const v1::ListPeersRequest& request) {
  std::optional<std::string> place = tokens.Read(request.page_token());
  if (!place.has_value() || !place->starts_with(kRemoteMark)) return std::nullopt;
  return place->substr(1);
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

// A peer, and what it is sorted by.
struct OrderedPeer {
  v1::Peer peer;
  PeerRecord record;
  operator const google::protobuf::Message&() const { return peer; }  // NOLINT: for OrderBy
};

class PeerService final : public v1::PeerService::CallbackService {
 public:
  explicit PeerService(ControlPlane& plane) : plane_(plane) {}

  grpc::ServerUnaryReactor* ListPeers(grpc::CallbackServerContext* context,
                                      const v1::ListPeersRequest* request,
                                      v1::ListPeersResponse* response) override {
    return Answer(
        plane_, context, "PeerService/ListPeers", request, response, [=, this]() -> grpc::Status {
          const Parsed<size_t> size = ParsePageSize(request->page_size());
          if (!size.ok()) return size.status;
          Parsed<std::string> prefix = ParsePeerIdPrefix(request->peer_id_prefix());
          if (!prefix.ok()) return prefix.status;
          Parsed<TokenAttributes> attributes = ParseAttributes(request->attributes());
          if (!attributes.ok()) return attributes.status;
          const PeerFilter filter{request->namespace_(), std::move(prefix.value),
                                  request->hubs_only(), std::move(attributes.value)};
          const Parsed<OrderBy> order = ParseOrder(request->order_by());
          if (!order.ok()) return order.status;
          if (order.value.is_given()) {
            ListInOrder(filter, request->include_remote(), order.value, size.value, *response);
            return grpc::Status::OK;
          }
          const PageTokens tokens(std::string(filter.hubs_only ? "hubs among peers " : "peers ") +
                                  (request->include_remote() ? "of all hubs " : "") +
                                  plane_.feed.source().epoch + filter.network + '\0' +
                                  filter.id_prefix + TextOf(filter.attributes));
          const std::optional<std::string> remote_place = RemotePlaceOf(tokens, *request);
          if (!remote_place.has_value()) {
            Parsed<uint64_t> place = ParsePlace(tokens, request->page_token());
            if (!place.ok()) return place.status;
            List(filter, place.value, size.value, tokens, *response);
            if (!response->next_page_token().empty() || !request->include_remote()) {
              return grpc::Status::OK;
            }
          }
          ListRemote(filter, remote_place.value_or(""), size.value, tokens, *response);
          return grpc::Status::OK;
        });
  }

  grpc::ServerUnaryReactor* GetPeer(grpc::CallbackServerContext* context,
                                    const v1::GetPeerRequest* request,
                                    v1::GetPeerResponse* response) override {
    return Answer(plane_, context, "PeerService/GetPeer", request, response,
                  [=, this]() -> grpc::Status {
                    const Parsed<PeerId> id = ParsePeerId(request->peer_id());
                    if (!id.ok()) return id.status;
                    std::optional<PeerRecord> peer = request->include_remote()
                                                         ? plane_.hub.FindPeer(id.value).peer
                                                         : plane_.hub.GetPeer(id.value);
                    if (!peer) return PeerNotFound(request->peer_id());
                    LookAtLine(*peer);
                    *response->mutable_peer() = ToProto(*peer, /*full=*/true);
                    return grpc::Status::OK;
                  });
  }

  grpc::ServerUnaryReactor* FindPeer(grpc::CallbackServerContext* context,
                                     const v1::FindPeerRequest* request,
                                     v1::FindPeerResponse* response) override {
    return Answer(
        plane_, context, "PeerService/FindPeer", request, response, [=, this]() -> grpc::Status {
          Parsed<PeerWhereabouts> found = pigeonhub::FindPeer(plane_.hub, request->peer_id());
          if (!found.ok()) return found.status;
          auto& [peer, departure] = found.value;
          if (peer.has_value()) LookAtLine(*peer);
          if (peer.has_value()) *response->mutable_peer() = ToProto(*peer, /*full=*/true);
          if (departure.has_value()) *response->mutable_departure() = ToProto(*departure);
          const std::string& network =
              peer.has_value() ? response->peer().namespace_() : response->departure().namespace_();
          const bool is_known = peer.has_value() || departure.has_value();
          const bool is_wanted = request->namespace_().empty() || network == request->namespace_();
          if (is_known && is_wanted) return grpc::Status::OK;
          response->Clear();
          return NothingKnown(*request);
        });
  }

  grpc::ServerUnaryReactor* ExplainPair(grpc::CallbackServerContext* context,
                                        const v1::ExplainPairRequest* request,
                                        v1::ExplainPairResponse* response) override {
    return Answer(
        plane_, context, "PeerService/ExplainPair", request, response, [=, this]() -> grpc::Status {
          const Parsed<PeerId> peer = ParsePeerId(request->peer_id());
          if (!peer.ok()) return peer.status;
          const Parsed<PeerId> other = ParsePeerId(request->other_peer_id(), "other_peer_id");
          if (!other.ok()) return other.status;
          if (peer.value == other.value) {
            return InvalidField("other_peer_id", "is the same peer; give two");
          }
          ToProto(plane_.hub.ExplainPair({peer.value, other.value, request->namespace_()}),
                  *response);
          return grpc::Status::OK;
        });
  }

  grpc::ServerUnaryReactor* DisconnectPeer(grpc::CallbackServerContext* context,
                                           const v1::DisconnectPeerRequest* request,
                                           v1::DisconnectPeerResponse* response) override {
    const Change change("PeerService/DisconnectPeer", ObjectOf(*request), *request, *response);
    return Perform(plane_, context, change, [=, this] { return Disconnect(*request, *response); });
  }

 private:
  // What an audit event names.
  static std::string ObjectOf(const v1::DisconnectPeerRequest& request) {
    if (!request.peer_id().empty()) return request.peer_id();
    return AttributesText({request.attributes().begin(), request.attributes().end()});
  }

  grpc::Status Disconnect(const v1::DisconnectPeerRequest& request,
                          v1::DisconnectPeerResponse& response) {
    const Parsed<TokenAttributes> attributes = ParseAttributes(request.attributes());
    if (!attributes.ok()) return attributes.status;
    std::vector<PeerId> peers;
    if (attributes.value.empty()) {
      const Parsed<PeerId> id = ParsePeerId(request.peer_id());
      if (!id.ok()) return id.status;
      if (!plane_.hub.DisconnectPeer(id.value, ModeOf(request)).ok()) {
        return PeerNotFound(request.peer_id());
      }
      peers = {id.value};
    } else if (request.peer_id().empty()) {
      peers = *plane_.hub.DisconnectPeers(attributes.value, ModeOf(request));
    } else {
      return InvalidField("attributes", "and peer_id exclude each other; give one of them");
    }
    response.set_disconnected_count(static_cast<int64_t>(peers.size()));
    if (peers.size() > kMostIds) peers.resize(kMostIds);
    for (const PeerId& peer : peers) response.add_peer_ids(std::string(peer.text()));
    return grpc::Status::OK;
  }

  void NoteCursor(const HubServer::PeerPage& looked, v1::ListPeersResponse& response) {
    if (response.has_cursor()) return;
    response.mutable_cursor()->set_epoch(plane_.feed.source().epoch);
    response.mutable_cursor()->set_seq(looked.next_event);
  }

  // Fills in what the loops know of the peers.
  void LookAtConnections(std::vector<PeerRecord>& peers, bool with_line) {
    std::vector<ConnectionState*> connections;
    for (PeerRecord& peer : peers) {
      if (!peer.remote.has_value()) connections.push_back(&peer.connection);
    }
    HubInternals(plane_.hub).LookAt(connections, with_line);
  }
  void LookAtLine(PeerRecord& peer) {
    std::vector<PeerRecord> one{std::move(peer)};
    LookAtConnections(one, /*with_line=*/true);
    peer = std::move(one.front());
  }

  // Fills the page, though the hub looks at few peers at a time. The cursor is that of the first
  // look. A watcher who starts there sees some changes twice, and misses none.
  void List(const PeerFilter& filter, uint64_t after, size_t size, const PageTokens& tokens,
            v1::ListPeersResponse& response) {
    std::vector<PeerRecord> peers;
    for (bool more = true; more && response.next_page_token().empty();) {
      HubServer::PeerPage looked = plane_.hub.ListPeers(filter, after, kLookedAtOnce);
      NoteCursor(looked, response);
      for (PeerRecord& peer : looked.page.peers) {
        if (peers.size() == size) {
          response.set_next_page_token(tokens.Make(after));
          break;
        }
        after = peer.order;
        peers.push_back(std::move(peer));
      }
      more = looked.page.more;
      if (response.next_page_token().empty()) after = looked.page.next_order;
    }
    LookAtConnections(peers, /*with_line=*/true);
    for (const PeerRecord& peer : peers) *response.add_peers() = ToProto(peer, /*full=*/false);
  }

  // The first of all peers in this order.
  void ListInOrder(const PeerFilter& filter, bool include_remote, const OrderBy& order, size_t size,
                   v1::ListPeersResponse& response) {
    const bool by_queue = order.field() == "queue_bytes";
    FirstOf<OrderedPeer> first(order, size);
    const auto add = [&](PeerRecord record) {
      v1::Peer peer = ToProto(record, /*full=*/false);
      first.Add({std::move(peer), std::move(record)});
    };
    for (uint64_t after = 0;;) {
      HubServer::PeerPage looked = plane_.hub.ListPeers(filter, after, kLookedAtOnce);
      NoteCursor(looked, response);
      if (by_queue) LookAtConnections(looked.page.peers, /*with_line=*/false);
      for (PeerRecord& peer : looked.page.peers) add(std::move(peer));
      if (!looked.page.more) break;
      after = looked.page.next_order;
    }
    for (std::string after; include_remote;) {
      RemotePeerPage looked = plane_.hub.ListRemotePeers(filter, after, kLookedAtOnce);
      for (RemotePeerPage::Row& row : looked.rows) add(std::move(row.peer));
      if (!looked.more) break;
      after = looked.next;
    }
    std::vector<PeerRecord> peers;
    for (OrderedPeer& each : first.Take()) peers.push_back(std::move(each.record));
    LookAtConnections(peers, /*with_line=*/true);
    for (const PeerRecord& peer : peers) *response.add_peers() = ToProto(peer, /*full=*/false);
  }

  // Goes on behind the peers that are connected here.
  void ListRemote(const PeerFilter& filter, std::string after, size_t size,
                  const PageTokens& tokens, v1::ListPeersResponse& response) {
    for (;;) {
      RemotePeerPage looked = plane_.hub.ListRemotePeers(filter, after, kLookedAtOnce);
      for (const RemotePeerPage::Row& row : looked.rows) {
        if (response.peers_size() == static_cast<int>(size)) {
          response.set_next_page_token(tokens.Make(kRemoteMark + after));
          return;
        }
        *response.add_peers() = ToProto(row.peer, /*full=*/false);
        after = row.place;
      }
      if (!looked.more) return;
      after = looked.next;
    }
  }

  ControlPlane& plane_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePeerService(ControlPlane& plane) {
  return std::make_unique<PeerService>(plane);
}

}  // namespace pigeonhub
