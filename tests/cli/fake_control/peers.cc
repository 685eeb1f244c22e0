// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "pigeonhub/v1/peer_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {
namespace {

v1::Peer RemotePeer() {
  return FromJson<v1::Peer>(R"({"peerId": "3333333333333333333333333333333333333333",
    "namespace": "chat", "dataJson": "{}", "remote": {
      "hubId": "ffeeddccbbaa99887766554433221100ffeeddcc", "link": "wss://hub2.example.org",
      "sinceTime": "2026-03-01T11:30:00Z"}})");
}

// One peer is at another hub, one has left, one was lost with its hub.
FakeReply FindPeer(const std::string& bytes) {
  v1::FindPeerRequest request;
  request.ParseFromString(bytes);
  v1::FindPeerResponse response;
  if (request.peer_id().starts_with("3")) {
    *response.mutable_peer() = RemotePeer();
  } else if (request.peer_id().starts_with("2")) {
    *response.mutable_departure() = FromJson<v1::PeerDeparture>(R"({
      "peerId": "2222222222222222222222222222222222222222", "namespace": "chat",
      "leaveTime": "2026-03-01T11:58:00.500Z", "reason": "REASON_TRANSPORT_LOST",
      "closeCode": 1006, "eventSeq": "5"})");
  } else if (request.peer_id().starts_with("4")) {
    *response.mutable_departure() = FromJson<v1::PeerDeparture>(R"({
      "peerId": "4444444444444444444444444444444444444444", "namespace": "chat",
      "leaveTime": "2026-03-01T11:59:00Z", "reason": "REASON_HUB_UNREACHABLE",
      "lostHub": "ffeeddccbbaa99887766554433221100ffeeddcc"})");
  } else if (request.peer_id().starts_with("0")) {
    *response.mutable_peer() = Peers().peers(0);
  } else {
    return NotFound("peer " + request.peer_id(), "PEER_NOT_FOUND");
  }
  return Reply(response);
}

}  // namespace

v1::ListPeersResponse Peers() {
  return FromJson<v1::ListPeersResponse>(R"({"peers": [
    {"peerId": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "namespace": "chat",
     "remoteAddress": "192.0.2.7", "connectTime": "2026-03-01T11:54:48Z",
     "announceTime": "2026-03-01T11:54:49.250Z", "lastActivityTime": "2026-03-01T11:59:59Z",
     "messageCount": "34", "receivedBytes": "3172", "sentSignalCount": "12",
     "receivedSignalCount": "9", "announcedBytes": "14", "queueBytes": "2048",
     "roundTrip": "0.0123s"},
    {"peerId": "1111111111111111111111111111111111111111", "remoteAddress": "2001:db8::1",
     "connectTime": "2026-02-27T09:00:00Z", "lastActivityTime": "2026-03-01T11:00:00Z"},
    {"peerId": "ffeeddccbbaa99887766554433221100ffeeddcc", "namespace": "pigeonhub-mesh",
     "isHub": true, "remoteAddress": "192.0.2.9", "connectTime": "2026-03-01T10:00:00Z",
     "announceTime": "2026-03-01T10:00:01Z", "lastActivityTime": "2026-03-01T11:59:30Z"}],
    "cursor": {"epoch": "c0ffee", "seq": "7"}})");
}

void ServePeers(FakeServer& server) {
  server.Answer<v1::ListPeersRequest, v1::ListPeersResponse>([](const auto& request) {
    v1::ListPeersResponse page = Peers();
    if (request.include_remote()) *page.add_peers() = RemotePeer();
    auto& peers = *page.mutable_peers();
    const auto unwanted = [&](const v1::Peer& peer) {
      return (!request.namespace_().empty() && peer.namespace_() != request.namespace_()) ||
             (request.hubs_only() && !peer.is_hub()) ||
             !peer.peer_id().starts_with(request.peer_id_prefix());
    };
    peers.erase(std::remove_if(peers.begin(), peers.end(), unwanted), peers.end());
    CutPage(page, &peers, request.page_size(), request.page_token());
    return page;
  });
  server.On(v1::GetPeerRequest(), [](const std::string& bytes) {
    v1::GetPeerRequest request;
    request.ParseFromString(bytes);
    const v1::ListPeersResponse all = Peers();
    for (const v1::Peer& peer : all.peers()) {
      if (peer.peer_id() != request.peer_id()) continue;
      v1::GetPeerResponse response;
      *response.mutable_peer() = peer;
      response.mutable_peer()->set_data_json(R"({"name":"Ada"})");
      return Reply(response);
    }
    return NotFound("peer " + request.peer_id(), "PEER_NOT_FOUND");
  });
  server.On(v1::FindPeerRequest(), FindPeer);
  server.Answer<v1::DisconnectPeerRequest>(FromJson<v1::DisconnectPeerResponse>(R"({
      "disconnectedCount": "2",
      "peerIds": ["0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
                  "1a1b2c3d4e5f60718293a4b5c6d7e8f901234567"]})"));
}

}  // namespace pigeonhub::cli
