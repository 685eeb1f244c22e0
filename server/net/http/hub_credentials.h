// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "server/auth/hub_keys.h"
#include "server/core/ids.h"
#include "server/core/input.h"
#include "server/core/reason.h"
#include "server/net/http/message.h"
#include "server/runtime/clock.h"
#include "server/runtime/dispatcher.h"

namespace pigeonhub::net {

// The hub tokens that travel with requests for a WebSocket: this hub shows one to each hub that it
// dials, and checks the one that a caller brings.
//
// Thread-safe.
class HubCredentials {
 public:
  // `self` is this hub's own id. All three references outlive this.
  HubCredentials(auth::HubKeys& keys, const Dispatcher& dispatcher, const Clock& clock,
                 const PeerId& self)
      : keys_(keys), dispatcher_(dispatcher), clock_(clock), self_(self) {}

  // The value of the Authorization header with which this hub dials another. Empty without a key.
  std::string Authorization() const;

  struct Verdict {
    HubCredential credential = HubCredential::kNone;
    Reason reason = Reason::kHubTokenMalformed;  // why the token is worth nothing, for kInvalid
  };
  // Looks for a token in the Authorization header, then in the field `hubToken` of the target. A
  // token is valid once.
  Verdict Check(const HttpRequest& request) const;

 private:
  std::string HubMeshNamespace() const;

  auth::HubKeys& keys_;
  const Dispatcher& dispatcher_;
  const Clock& clock_;
  const PeerId self_;
};

}  // namespace pigeonhub::net
