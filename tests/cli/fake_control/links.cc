// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/v1/mesh_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

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
  // A chain behind the first neighbor, a circle, a bus that a hub hears but in part, a hub that
  // only hearsay leads to, and an island of two.
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
     "otherPeerId": "efefefefefefefefefefefefefefefefefefefef"}],
    "lostHubs": [
    {"peerId": "1212121212121212121212121212121212121212", "region": "us-west",
     "url": "ws://hub2.example.org:3000", "lostTime": "2026-03-01T11:59:48Z", "peers": "12",
     "neighbors": ["3434343434343434343434343434343434343434",
                   "abababababababababababababababababababab"]},
    {"peerId": "3434343434343434343434343434343434343434", "lostTime": "2026-03-01T11:59:48Z",
     "peers": "1", "neighbors": ["1212121212121212121212121212121212121212"]}]})"));
}

}  // namespace pigeonhub::cli
