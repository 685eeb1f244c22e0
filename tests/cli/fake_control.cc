// SPDX-License-Identifier: Apache-2.0

#include "tests/cli/fake_control.h"

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <stdexcept>

#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "pigeonhub/v1/access_service.pb.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "pigeonhub/v1/trace_service.pb.h"

namespace pigeonhub::cli {
namespace {

// A message from its JSON, which reads better than forty setters.
template <typename Message>
Message FromJson(const std::string& json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  if (!status.ok()) throw std::invalid_argument(std::string(status.message()));
  return message;
}

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

v1::HubEntry Hub() {
  return FromJson<v1::HubEntry>(R"({"peerId": "ffeeddccbbaa99887766554433221100ffeeddcc",
    "namespace": "pigeonhub-mesh", "registerTime": "2026-03-01T10:00:01Z",
    "connectTime": "2026-03-01T10:00:00Z", "lastActivityTime": "2026-03-01T11:59:30Z",
    "connected": true, "region": "eu-west", "capabilities": ["signaling", "relay"],
    "dataJson": "{\"region\":\"eu-west\",\"port\":3000}"})");
}

v1::ListNamespacesResponse Namespaces() {
  return FromJson<v1::ListNamespacesResponse>(R"({"namespaces": [
    {"name": "chat", "localPeers": "1", "remotePeers": "12"},
    {"name": "pigeonhub-mesh", "localPeers": "1", "isHubMesh": true}],
    "cursor": {"epoch": "c0ffee", "seq": "7"}})");
}

v1::ListEventsResponse Events() {
  return FromJson<v1::ListEventsResponse>(R"({"events": [
    {"epoch": "c0ffee", "seq": "4", "time": "2026-03-01T11:54:48.002Z", "hubId": "ab",
     "kind": "EVENT_KIND_PEER_CONNECTED",
     "peerConnected": {"peerId": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
                       "remoteAddress": "192.0.2.7", "totalConnections": "4"}},
    {"epoch": "c0ffee", "seq": "5", "time": "2026-03-01T11:58:00.500Z", "hubId": "ab",
     "kind": "EVENT_KIND_PEER_DISCONNECTED",
     "peerDisconnected": {"peerId": "2222222222222222222222222222222222222222",
                          "reason": "REASON_TRANSPORT_LOST", "closeCode": 1006,
                          "totalConnections": "3", "namespace": "chat",
                          "remoteAddress": "192.0.2.8", "connectedFor": "312.5s",
                          "messagesReceived": "41", "bytesReceived": "28417"}},
    {"epoch": "c0ffee", "seq": "6", "time": "2026-03-01T11:59:00Z", "hubId": "ab",
     "kind": "EVENT_KIND_AUDIT",
     "audit": {"method": "pigeonhub.v1.ServerService/SetLogLevel", "principal": "local",
               "object": "debug", "outcome": "OK"}}],
    "cursor": {"epoch": "c0ffee", "seq": "7"}})");
}

// Cuts a whole list to the page that was asked for; tokens are indices.
template <typename Response, typename Elements>
void CutPage(Response& page, Elements* elements, int page_size, const std::string& token) {
  const int begin = token.empty() ? 0 : std::stoi(token);
  const int end = std::min(begin + (page_size == 0 ? 100 : page_size), elements->size());
  if (end < elements->size()) page.set_next_page_token(std::to_string(end));
  elements->DeleteSubrange(end, elements->size() - end);
  elements->DeleteSubrange(0, begin);
}

FakeReply NotFound(const std::string& what, const std::string& reason) {
  constexpr int kNotFound = 5;
  return Refusal(kNotFound, "no " + what, reason);
}

template <typename Message>
FakeReply Reply(const Message& message) {
  return {.messages = {message.SerializeAsString()}};
}

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

// Of the peers that are there it says one thing, of all others that nobody ever saw them.
void ServeExplanations(FakeServer& server) {
  server.Answer<v1::ExplainPairRequest, v1::ExplainPairResponse>([](const auto& request) {
    const v1::ListPeersResponse all = Peers();
    const bool is_there =
        std::any_of(all.peers().begin(), all.peers().end(),
                    [&](const v1::Peer& peer) { return peer.peer_id() == request.peer_id(); });
    if (!is_there) {
      return FromJson<v1::ExplainPairResponse>(
          R"({"outcome": "PAIR_OUTCOME_NEVER_SEEN", "certainty": "CERTAINTY_CERTAIN"})");
    }
    return FromJson<v1::ExplainPairResponse>(R"({"findings": [
      {"code": "PH-E02", "isCause": true, "certainty": "CERTAINTY_CERTAIN",
       "peerId": "2222222222222222222222222222222222222222", "title": "was here, and left",
       "cause": "This peer was connected to this hub and is not any more.",
       "action": "`pigeonctl errors REASON` says what its reason means; a client that runs connects again by itself within 30 seconds.",
       "detail": "transport_lost, close code 1006, from the namespace chat",
       "reason": "REASON_TRANSPORT_LOST",
       "moments": [{"what": "left", "time": "2026-03-01T11:58:00.500Z"}], "eventSeqs": ["5"]},
      {"code": "PH-E08", "isCause": true, "certainty": "CERTAINTY_POSSIBLE",
       "title": "a link is down", "cause": "A link is down.", "action": "Look at it.",
       "detail": "wss://hub2.example.org: its certificate was not accepted: certificate has expired",
       "moments": [{"what": "down", "time": "2026-03-01T11:58:00Z"}]}],
      "outcome": "PAIR_OUTCOME_CAUSE_FOUND", "certainty": "CERTAINTY_CERTAIN",
      "because": "PH-E02"})");
  });
}

void ServeBans(FakeServer& server) {
  server.Answer<v1::ListBansRequest, v1::ListBansResponse>([](const auto& request) {
    auto page = FromJson<v1::ListBansResponse>(R"({"bans": [
      {"target": {"address": "192.0.2.0/24"}, "reason": "flood",
       "banTime": "2026-03-01T11:30:00Z", "expireTime": "2026-03-01T12:30:00Z",
       "madeByHubId": "8888888888888888888888888888888888888888"},
      {"target": {"subject": "user42", "issuer": "https://app.example"},
       "issuedBefore": "2026-03-01T11:00:00Z",
       "reason": "lost phone", "keepChannels": true,
       "banTime": "2026-03-01T11:00:00Z", "expireTime": "2026-03-31T11:00:00Z",
       "madeByHubId": "ffeeddccbbaa99887766554433221100ffeeddcc"}]})");
    CutPage(page, page.mutable_bans(), request.page_size(), request.page_token());
    return page;
  });
  server.Answer<v1::BanRequest>(FromJson<v1::BanResponse>(
      R"({"hitCount": "1", "hitPeerIds": ["0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"],
          "expireTime": "2026-03-01T13:00:00Z",
          "replaced": {"target": {"peerId": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"},
                       "reason": "flood", "banTime": "2026-03-01T11:30:00Z",
                       "expireTime": "2026-03-31T11:30:00Z",
                       "madeByHubId": "ffeeddccbbaa99887766554433221100ffeeddcc"}})"));
  server.Answer<v1::UnbanRequest>(FromJson<v1::UnbanResponse>(R"({"liftedCount": "2"})"));
}

void ServeHubs(FakeServer& server) {
  v1::ListHubsResponse hubs;
  *hubs.add_hubs() = Hub();
  server.Answer<v1::ListHubsRequest>(hubs);
  server.On(v1::GetHubRequest(), [](const std::string& bytes) {
    v1::GetHubRequest request;
    request.ParseFromString(bytes);
    v1::GetHubResponse response;
    *response.mutable_hub() = Hub();
    return request.peer_id() == kHub ? Reply(response)
                                     : NotFound("hub " + request.peer_id(), "HUB_NOT_FOUND");
  });
  server.Answer<v1::RegisterHubRequest>(
      FromJson<v1::RegisterHubResponse>(R"({"connected": true})"));
  server.Answer<v1::UnregisterHubRequest>(v1::UnregisterHubResponse());
  server.Answer<v1::QuarantineHubRequest>(v1::QuarantineHubResponse());
  server.Answer<v1::ReleaseHubRequest>(v1::ReleaseHubResponse());
  v1::GetHubStatsResponse stats;
  stats.set_total_hubs(2);
  stats.set_connected_hubs(1);
  *stats.add_hubs() = Hub();
  *stats.add_quarantined_hubs() = FromJson<v1::QuarantinedHub>(
      R"({"peerId": "7777777777777777777777777777777777777777",
          "quarantineTime": "2026-03-01T11:00:00Z", "refused": "12"})");
  server.Answer<v1::GetHubStatsRequest>(stats);
  server.Answer<v1::GetHubKeyRequest>(FromJson<v1::GetHubKeyResponse>(
      R"({"peerId": "8888888888888888888888888888888888888888",
          "publicKey": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"));
  server.Answer<v1::GeneratePeerIdRequest>(FromJson<v1::GeneratePeerIdResponse>(
      R"({"peerId": "9999999999999999999999999999999999999999"})"));
}

v1::PolicyInForce PolicyInForce() {
  return FromJson<v1::PolicyInForce>(R"({
    "policy": {"who": "WHO_MAY_ENTER_TOKEN", "issuers": {"issuers": ["https://a", "https://b"]},
               "maxPeers": "200", "announceData": "4096", "discoveryLimit": "40",
               "duplicate": "ON_DUPLICATE_PROBE", "messageRate": "100/s,500",
               "announceRate": "off"},
    "origins": [
      {"key": "who", "source": "POLICY_SOURCE_CONFIGURATION", "name": "ch*"},
      {"key": "issuers", "source": "POLICY_SOURCE_CONFIGURATION", "name": "ch*"},
      {"key": "max-peers", "source": "POLICY_SOURCE_CALL", "name": "chat"},
      {"key": "announce-data", "source": "POLICY_SOURCE_CONFIGURATION", "name": "*"},
      {"key": "discovery-limit", "source": "POLICY_SOURCE_DEFAULT"},
      {"key": "duplicate", "source": "POLICY_SOURCE_DEFAULT"},
      {"key": "message-rate", "source": "POLICY_SOURCE_DEFAULT"},
      {"key": "announce-rate", "source": "POLICY_SOURCE_CALL", "name": "chat"}]})");
}

void ServePolicies(FakeServer& server) {
  server.Answer<v1::ListNamespacePoliciesRequest, v1::ListNamespacePoliciesResponse>(
      [](const auto& request) {
        auto page = FromJson<v1::ListNamespacePoliciesResponse>(R"({"policies": [
          {"name": "ch*", "source": "POLICY_SOURCE_CONFIGURATION",
           "policy": {"issuers": {"issuers": ["https://a", "https://b"]}}},
          {"name": "chat", "source": "POLICY_SOURCE_CALL",
           "policy": {"maxPeers": "200", "announceRate": "off"}},
          {"name": "chat", "source": "POLICY_SOURCE_CONFIGURATION",
           "policy": {"issuers": {}, "discoveryLimit": "0",
                      "duplicate": "ON_DUPLICATE_REJECT"}}]})");
        CutPage(page, page.mutable_policies(), request.page_size(), request.page_token());
        return page;
      });
  v1::GetNamespacePolicyResponse in_force;
  *in_force.mutable_in_force() = PolicyInForce();
  server.Answer<v1::GetNamespacePolicyRequest>(in_force);
  server.Answer<v1::SetNamespacePolicyRequest, v1::SetNamespacePolicyResponse>(
      [](const auto& request) {
        auto response = FromJson<v1::SetNamespacePolicyResponse>(R"({
          "ephemeral": true, "evictedCount": "2", "evictedPeers": [
            {"peerId": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "namespace": "chat",
             "reason": "REASON_NAMESPACE_NEEDS_TOKEN"},
            {"peerId": "1a1b2c3d4e5f60718293a4b5c6d7e8f901234567", "namespace": "chat",
             "reason": "REASON_NAMESPACE_FULL"}]})");
        if (!request.evict()) {
          response.clear_evicted_peers();
          response.clear_evicted_count();
        }
        return response;
      });
  server.Answer<v1::UnsetNamespacePolicyRequest>(v1::UnsetNamespacePolicyResponse());
}

void ServeNamespaces(FakeServer& server) {
  server.Answer<v1::ListNamespacesRequest, v1::ListNamespacesResponse>([](const auto& request) {
    v1::ListNamespacesResponse page = Namespaces();
    auto& names = *page.mutable_namespaces();
    const auto unwanted = [&](const v1::Namespace& each) {
      return !each.name().starts_with(request.name_prefix());
    };
    names.erase(std::remove_if(names.begin(), names.end(), unwanted), names.end());
    CutPage(page, &names, request.page_size(), request.page_token());
    return page;
  });
  server.On(v1::GetNamespaceRequest(), [](const std::string& bytes) {
    v1::GetNamespaceRequest request;
    request.ParseFromString(bytes);
    v1::GetNamespaceResponse response;
    *response.mutable_namespace_() = Namespaces().namespaces(0);
    *response.mutable_in_force() = PolicyInForce();
    return request.name() == "chat"
               ? Reply(response)
               : NotFound("namespace " + request.name(), "NAMESPACE_NOT_FOUND");
  });
  server.Answer<v1::GetHubMeshNamespaceRequest>(
      FromJson<v1::GetHubMeshNamespaceResponse>(R"({"hubMeshNamespace": "pigeonhub-mesh"})"));
  server.Answer<v1::SetHubMeshNamespaceRequest>(FromJson<v1::SetHubMeshNamespaceResponse>(
      R"({"previous": "pigeonhub-mesh", "closedConnections": "3", "closedHubs": "1"})"));
}

void ServeLinks(FakeServer& server) {
  server.Answer<v1::ListLinksRequest>(FromJson<v1::ListLinksResponse>(R"({
    "bus": {"server": "tls://nats.example.org:4222", "up": true, "hubs": 2, "echo": "0.000412s",
      "stateTime": "2026-03-01T11:00:00Z", "remotePeers": "19", "relayed": "77", "refused": "1"},
    "links": [
    {"url": "ws://hub1.example.org:3000", "outgoing": true, "bootstrap": true,
     "hubPeerId": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "state": "LINK_STATE_UP",
     "stateTime": "2026-03-01T11:00:00Z", "lastAttemptTime": "2026-03-01T11:00:00Z",
     "remotePeers": "40", "speaksMesh": true, "announced": "44", "relayed": "310"},
    {"url": "wss://hub2.example.org", "outgoing": true, "bootstrap": true,
     "state": "LINK_STATE_SLOW", "attempt": 12, "stateTime": "2026-03-01T11:58:00Z",
     "lastAttemptTime": "2026-03-01T11:59:50Z", "nextAttemptTime": "2026-03-01T12:00:05Z",
     "lastError": "its certificate was not accepted: certificate has expired",
     "endReason": "REASON_TRANSPORT_LOST", "endCode": 1006, "endedBy": "LINK_SIDE_NEITHER"},
    {"hubPeerId": "efefefefefefefefefefefefefefefefefefefef", "state": "LINK_STATE_UP",
     "stateTime": "2026-03-01T11:54:48Z", "remotePeers": "2", "refused": "1", "forged": "2"}],
    "cursor": {"epoch": "c0ffee", "seq": "7"}})"));
  server.Answer<v1::ConnectHubRequest>(v1::ConnectHubResponse());
  server.Answer<v1::DisconnectLinkRequest>(v1::DisconnectLinkResponse());
  server.Answer<v1::ConnectBootstrapHubsRequest>(
      FromJson<v1::ConnectBootstrapHubsResponse>(R"({"bootstrapHubs": 2})"));
  server.Answer<v1::DisconnectBootstrapHubsRequest>(
      FromJson<v1::DisconnectBootstrapHubsResponse>(R"({"bootstrapHubs": 2})"));
  // A chain behind the first neighbor, a circle, a bus that a hub hears but in part, and a hub that
  // only hearsay leads to.
  server.Answer<v1::GetTopologyRequest>(FromJson<v1::GetTopologyResponse>(R"({"hubs": [
    {"peerId": "abababababababababababababababababababab", "region": "eu-west", "self": true,
     "capabilities": ["signaling", "relay"], "url": "ws://localhost:3000", "peers": "3",
     "speaksMesh": true, "bus": "0202020202020202020202020202020202020202"},
    {"peerId": "0101010101010101010101010101010101010101", "peers": "1"},
    {"peerId": "0202020202020202020202020202020202020202", "region": "eu-west", "hops": 1,
     "peers": "5", "speaksMesh": true, "bus": "0202020202020202020202020202020202020202"},
    {"peerId": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "region": "us-east", "hops": 1,
     "bus": "0202020202020202020202020202020202020202",
     "busUnheard": ["0202020202020202020202020202020202020202"], "capabilities": ["signaling", "relay"], "url": "ws://hub1.example.org:3000", "peers": "40",
     "peersTime": "2026-03-01T11:59:52Z", "speaksMesh": true},
    {"peerId": "dededededededededededededededededededede", "region": "us-west", "hops": 2,
     "peers": "7", "speaksMesh": true},
    {"peerId": "efefefefefefefefefefefefefefefefefefefef", "hops": 1, "peers": "2"}],
    "edges": [
    {"peerId": "abababababababababababababababababababab",
     "otherPeerId": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"},
    {"peerId": "abababababababababababababababababababab",
     "otherPeerId": "efefefefefefefefefefefefefefefefefefefef"},
    {"peerId": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
     "otherPeerId": "dededededededededededededededededededede"},
    {"peerId": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
     "otherPeerId": "efefefefefefefefefefefefefefefefefefefef"}]})"));
}

void ServeServer(FakeServer& server) {
  server.Answer<v1::ListAddressesRequest>(FromJson<v1::ListAddressesResponse>(R"({"addresses": [
    {"address": "192.0.2.7", "connectionCount": "12", "handshakeCount": "1", "joinCount": "40",
     "refusalCount": "3", "messageCount": "812", "receivedBytes": "91820", "sentSignalCount": "300",
     "queueBytes": "2048"},
    {"address": "2001:db8::/64", "connectionCount": "1", "joinCount": "1", "messageCount": "4",
     "receivedBytes": "512"}]})"));
  server.Answer<v1::GetStatsRequest>(FromJson<v1::GetStatsResponse>(R"({
    "servingState": "SERVING_STATE_SERVING", "isHub": true,
    "hubPeerId": "abababababababababababababababababababab",
    "hubMeshNamespace": "pigeonhub-mesh", "connections": "3", "peers": "3", "hubs": "1",
    "namespaces": "2", "remotePeers": "12", "maxConnections": "1000", "host": "localhost",
    "port": 3000, "uptime": "93784.5s",
    "resources": {"residentBytes": "46789012", "memoryLimitBytes": "536870912", "queueBytes": "4096",
      "announcedBytes": "812", "historyBytes": "17825792", "openDescriptors": "57",
      "maxDescriptors": "1048576", "loopLagP99": "0.0012s", "loopLagMax": "0.187s"},
    "traffic": {"connectionsOpened": "17", "announces": "15", "goodbyes": "4",
      "discoveriesSent": "40", "signalsDelivered": "120", "signalsRelayed": "6",
      "pairsConnected": "9", "reasons": [{"reason": "REASON_GOODBYE", "count": "4"},
                                         {"reason": "REASON_TRANSPORT_LOST", "count": "10"}]}})"));
  server.Answer<v1::GetServerInfoRequest>(FromJson<v1::GetServerInfoResponse>(R"({
    "version": "0.1.0", "pid": 4711, "startTime": "2026-02-28T09:56:56Z",
    "hubPeerId": "abababababababababababababababababababab",
    "signalingAddresses": ["127.0.0.1:3000", "[::1]:3000"],
    "controlAddresses": ["127.0.0.1:50051"],
    "metricsAddresses": ["127.0.0.1:9464"],
    "tls": {"names": ["hub.example.org", "192.0.2.7"], "issuer": "CN=R11,O=Let's Encrypt,C=US",
      "fingerprint": "5d41402abc4b2a76b9719d911017c592ae2bd84b8d0b4b4f8f6a8e8dd8dbb05d",
      "notBefore": "2026-02-01T09:00:00Z", "notAfter": "2026-05-02T09:00:00Z"},
    "config": [{"name": "auth-token", "value": "***", "origin": "environment AUTH_TOKEN"},
               {"name": "max-connections", "value": "1000", "origin": "default"},
               {"name": "port", "value": "3000", "origin": "flag"}]})"));
  server.Answer<v1::GetLimitsRequest>(FromJson<v1::GetLimitsResponse>(R"({
    "limits": [
      {"name": "message-rate", "value": "100/s,500", "origin": "default", "recentHits": "15",
       "totalHits": "18", "addresses": [{"address": "192.0.2.7", "count": "15"}],
       "peers": [{"peerId": "abababababababababababababababababababab", "count": "12"},
                 {"peerId": "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd", "count": "3"}]},
      {"name": "address-rate", "value": "20/s,100", "origin": "flag --address-rate"},
      {"name": "address-handshakes", "value": "256", "origin": "fixed"}],
    "window": "300s", "busiestAddresses": [{"address": "192.0.2.7", "count": "61"},
                                           {"address": "2001:db8::/64", "count": "2"}]})"));
  server.Answer<v1::StartSignalingRequest>(FromJson<v1::StartSignalingResponse>(
      R"({"signalingAddresses": ["127.0.0.1:3000", "[::1]:3000"]})"));
  server.Answer<v1::StopSignalingRequest>(
      FromJson<v1::StopSignalingResponse>(R"({"closedConnections": "3"})"));
  server.Answer<v1::UndrainRequest>(FromJson<v1::UndrainResponse>(R"({"connections": "1"})"));
  server.Answer<v1::SetLogLevelRequest>(
      FromJson<v1::SetLogLevelResponse>(R"({"previous": "LOG_LEVEL_INFO"})"));
  server.Answer<v1::ReloadRequest>(FromJson<v1::ReloadResponse>(
      R"({"applied": ["hub-allow", "max-connections"], "needsRestart": ["port"]})"));
  server.On(v1::DrainRequest(), [](const std::string&) {
    FakeReply reply;
    for (const char* json :
         {R"({"total": "3", "remaining": "3"})", R"({"total": "3", "remaining": "1"})",
          R"({"total": "3", "done": true})"}) {
      reply.messages.push_back(FromJson<v1::DrainResponse>(json).SerializeAsString());
    }
    return reply;
  });
}

void ServeEvents(FakeServer& server) {
  server.Answer<v1::ListEventsRequest, v1::ListEventsResponse>([](const auto& request) {
    v1::ListEventsResponse page = Events();
    auto& events = *page.mutable_events();
    const auto& kinds = request.filter().kinds();
    const auto unwanted = [&](const v1::Event& event) {
      return (!kinds.empty() &&
              std::find(kinds.begin(), kinds.end(), event.kind()) == kinds.end()) ||
             event.time().seconds() < request.from_time().seconds() ||
             (request.has_until_time() && event.time().seconds() >= request.until_time().seconds());
    };
    events.erase(std::remove_if(events.begin(), events.end(), unwanted), events.end());
    if (request.newest_first()) std::reverse(events.begin(), events.end());
    CutPage(page, &events, request.page_size(), request.page_token());
    return page;
  });
  // A watcher gets a gap up to 4 if it wants more, a bookmark, and the events.
  server.On(v1::WatchEventsRequest(), [](const std::string& bytes) {
    v1::WatchEventsRequest request;
    request.ParseFromString(bytes);
    const auto oldest = FromJson<v1::EventCursor>(R"({"epoch": "c0ffee", "seq": "4"})");
    FakeReply reply{.stays = true};
    v1::WatchEventsResponse item;
    if (request.has_from() && request.from().seq() < oldest.seq()) {
      item.mutable_gap()->set_missing(oldest.seq() - request.from().seq());
      *item.mutable_gap()->mutable_resume() = oldest;
      reply.messages.push_back(item.SerializeAsString());
    }
    *item.mutable_bookmark()->mutable_cursor() = oldest;
    reply.messages.push_back(item.SerializeAsString());
    const v1::ListEventsResponse all = Events();
    for (const v1::Event& event : all.events()) {
      *item.mutable_event() = event;
      reply.messages.push_back(item.SerializeAsString());
    }
    return reply;
  });
}

// A handshake of the two peers: the first one is at this hub, the other one at a second hub 50 ms
// away, whose steps come late. A third hub does not tell.
std::vector<v1::WatchHandshakeResponse> HandshakeItems() {
  const std::string pair = R"("namespace": "chat", "fromPeerId": ")" + std::string(kFirstPeer) +
                           R"(", "targetPeerId": ")" + kSecondPeer + '"';
  const std::string back = R"("namespace": "chat", "fromPeerId": ")" + std::string(kSecondPeer) +
                           R"(", "targetPeerId": ")" + kFirstPeer + '"';
  const std::string here = R"("hubId": ")" + std::string(kHub) + R"(", )";
  const std::string there =
      R"("hubId": ")" + std::string(kOtherHub) + R"(", "timeError": "0.000400s", )";
  const auto at = [](const std::string& millis) {
    return R"("time": "2026-03-01T12:00:00.)" + millis + R"(Z", )";
  };
  const std::string heard = R"("stage": "HANDSHAKE_STAGE_HEARD", )";
  const std::string delivered = R"("stage": "HANDSHAKE_STAGE_DELIVERED", )";
  const auto passed_on = [](const std::string& queue, const char* to) {
    return R"("stage": "HANDSHAKE_STAGE_PASSED_ON", "queue": "0.)" + queue +
           R"(s", "otherHubId": ")" + to + R"(", )";
  };
  const auto over_line = [](const std::string& line, const char* from) {
    return R"("line": "0.)" + line + R"(s", "lineError": "0.000400s", "otherHubId": ")" + from +
           R"(", )";
  };
  const auto kind = [](const char* name) {
    return R"("kind": "HANDSHAKE_STEP_KIND_)" + std::string(name) + R"(", )";
  };
  const std::string first = R"("namespace": "chat", "fromPeerId": ")" + std::string(kFirstPeer);
  std::vector<v1::WatchHandshakeResponse> items;
  const auto add = [&](const std::string& json) {
    items.push_back(FromJson<v1::WatchHandshakeResponse>(json));
  };
  const auto step = [&](const std::string& json) { add(R"({"step": {)" + json + "}}"); };
  add(R"({"bookmark": {"cursor": {"epoch": "c0ffee", "seq": "4"}}})");
  add(R"({"hub": {"hubId": ")" + std::string(kOtherHub) +
      R"(", "state": "HANDSHAKE_HUB_STATE_TELLS", "clockAhead": "-71.503000s",)"
      R"( "clockError": "0.000400s"}})");
  add(R"({"hub": {"hubId": "9999999999999999999999999999999999999999",)"
      R"( "state": "HANDSHAKE_HUB_STATE_SILENT"}})");
  step(here + kind("ANNOUNCED") + heard + at("000000") + first + '"');
  step(here + kind("DISCOVERED") + delivered + at("061200") + back);
  step(here + kind("OFFER") + passed_on("001500", kOtherHub) + at("070000") + pair);
  step(there + kind("DISCOVERED") + delivered + at("050300") + pair);
  step(there + kind("OFFER") + delivered + over_line("050100", kHub) + at("121600") + pair);
  step(here + kind("ANSWER") + delivered + over_line("050200", kOtherHub) + at("190300") + back);
  step(there + kind("ANSWER") + passed_on("000100", kHub) + at("140000") + back);
  step(here + kind("ICE_CANDIDATE") + R"("stage": "HANDSHAKE_STAGE_DROPPED",)" +
       R"( "reason": "REASON_LINK_BACKLOGGED", )" + at("195000") + pair);
  step(here + kind("CONNECTED") + heard + at("312400") + pair);
  return items;
}

void ServeHandshakes(FakeServer& server) {
  server.On(v1::WatchHandshakeRequest(), [](const std::string&) {
    FakeReply reply;
    for (const v1::WatchHandshakeResponse& item : HandshakeItems()) {
      reply.messages.push_back(item.SerializeAsString());
    }
    return reply;
  });
}

// Describes three of the services, a file at a time, and names one more, as the hub does.
void ServeReflection(FakeServer& server) {
  using google::protobuf::DescriptorPool;
  using grpc::reflection::v1::ServerReflectionRequest;
  using grpc::reflection::v1::ServerReflectionResponse;
  server.Answer<ServerReflectionRequest, ServerReflectionResponse>([](const auto& request) {
    ServerReflectionResponse answer;
    if (request.has_list_services()) {
      for (const char* name :
           {"pigeonhub.v1.ServerService", "pigeonhub.v1.PeerService", "pigeonhub.v1.EventService",
            "grpc.reflection.v1alpha.ServerReflection"}) {
        answer.mutable_list_services_response()->add_service()->set_name(name);
      }
      return answer;
    }
    const DescriptorPool& pool = *DescriptorPool::generated_pool();
    const auto* file = request.has_file_by_filename()
                           ? pool.FindFileByName(request.file_by_filename())
                           : pool.FindFileContainingSymbol(request.file_containing_symbol());
    if (file == nullptr) {
      answer.mutable_error_response()->set_error_code(5);
      answer.mutable_error_response()->set_error_message("there is no such symbol");
      return answer;
    }
    google::protobuf::FileDescriptorProto proto;
    file->CopyTo(&proto);
    answer.mutable_file_descriptor_response()->add_file_descriptor_proto(proto.SerializeAsString());
    return answer;
  });
}

void ServeHealth(FakeServer& server) {
  using grpc::health::v1::HealthCheckRequest;
  using grpc::health::v1::HealthCheckResponse;
  server.Answer<HealthCheckRequest>(FromJson<HealthCheckResponse>(R"({"status": "SERVING"})"));
}

}  // namespace

void ServeSmallHub(FakeServer& server) {
  ServePeers(server);
  ServeExplanations(server);
  ServeBans(server);
  ServeHubs(server);
  ServeNamespaces(server);
  ServePolicies(server);
  ServeLinks(server);
  ServeServer(server);
  ServeEvents(server);
  ServeHandshakes(server);
  ServeReflection(server);
  ServeHealth(server);
}

}  // namespace pigeonhub::cli
