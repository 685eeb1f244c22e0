// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/v1/hub_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {
namespace {

v1::HubEntry Hub() {
  return FromJson<v1::HubEntry>(R"({"peerId": "ffeeddccbbaa99887766554433221100ffeeddcc",
    "namespace": "pigeonhub-mesh", "registerTime": "2026-03-01T10:00:01Z",
    "connectTime": "2026-03-01T10:00:00Z", "lastActivityTime": "2026-03-01T11:59:30Z",
    "connected": true, "region": "eu-west", "capabilities": ["signaling", "relay"],
    "dataJson": "{\"region\":\"eu-west\",\"port\":3000}"})");
}

}  // namespace

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

}  // namespace pigeonhub::cli
