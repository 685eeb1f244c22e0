// SPDX-License-Identifier: Apache-2.0

#include "pigeonhub/v1/access_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {

void ServeKeys(FakeServer& server) {
  server.Answer<v1::ListKeysRequest, v1::ListKeysResponse>([](const auto& request) {
    auto page = FromJson<v1::ListKeysResponse>(R"({"keys": [
      {"kind": "KEY_KIND_TOKEN_KEY", "name": "2026-02", "algorithm": "HMAC",
       "setting": "token-key", "source": "/etc/pigeonhub/2026-02.key",
       "fileTime": "2026-02-01T12:00:00Z", "loadedTime": "2026-02-27T12:00:00Z",
       "lastUsedTime": "2026-03-01T11:59:30Z", "useCount": "812"},
      {"kind": "KEY_KIND_HUB_IDENTITY", "algorithm": "Ed25519",
       "name": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
       "loadedTime": "2026-03-01T11:00:00Z"},
      {"kind": "KEY_KIND_CERTIFICATE", "name": "hub.example.org", "setting": "tls-cert",
       "source": "/etc/pigeonhub/tls.crt", "fileTime": "2025-12-01T12:00:00Z",
       "expireTime": "2026-03-11T12:00:00Z", "problem": "--tls-key: cannot read it"},
      {"kind": "KEY_KIND_TURN_SECRET", "setting": "turn-secret",
       "source": "/etc/pigeonhub/turn", "fileTime": "2025-03-01T12:00:00Z",
       "loadedTime": "2026-02-27T12:00:00Z"}]})");
    CutPage(page, page.mutable_keys(), request.page_size(), request.page_token());
    return page;
  });
}

}  // namespace pigeonhub::cli
