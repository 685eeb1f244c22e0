// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/v1/access_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

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

}  // namespace pigeonhub::cli
