// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/v1/server_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

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
                                         {"reason": "REASON_TRANSPORT_LOST", "count": "10"}],
      "handshakesOffered": "11", "handshakesAnswered": "10", "handshakesConnected": "9"}})"));
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

}  // namespace pigeonhub::cli
