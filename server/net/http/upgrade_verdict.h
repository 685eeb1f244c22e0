// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>

#include "pigeonhub/token_claims.h"
#include "server/net/http/hub_credentials.h"
#include "server/net/http/upgrade_gate.h"

namespace pigeonhub::net {

// What becomes of a request for a WebSocket, and what it showed.
struct UpgradeVerdict {
  std::optional<HandshakeRefusal> refusal{};  // set: the rest says nothing
  HubCredentials::Verdict hub{};
  SharedClaims claims{};  // of the peer's token
};

}  // namespace pigeonhub::net
