// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/auth/hub_keys.h"
#include "server/base/key_pair.h"
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
// A token travels in the header PigeonHub-Token. Hubs of the previous version read and show only
// hub1 tokens, in the header Authorization; so one of those travels beside it while the rules say
// so. Callers that cannot set headers name either in the field `hubToken` of the URL.
//
// Thread-safe.
class HubCredentials {
 public:
  struct Rules {
    PeerId self{};           // this hub's own id
    PublicKey public_key{};  // which others find in its tokens
    bool takes_hub1 = true;  // and shows them
  };
  // All references outlive this.
  HubCredentials(auth::HubKeys& keys, const Dispatcher& dispatcher, const Clock& clock,
                 const Rules& rules)
      : keys_(keys), dispatcher_(dispatcher), clock_(clock), rules_(rules) {}

  // The headers with which this hub dials another, by name; none without a key. `addressee` is the
  // id of the hub that is dialed, or auth::AddresseeAt.
  std::vector<std::pair<std::string, std::string>> Show(std::string_view addressee) const;

  struct Verdict {
    HubCredential credential = HubCredential::kNone;
    Reason reason = Reason::kHubTokenMalformed;  // why the token is worth nothing, for kInvalid
    std::optional<PublicKey> hub_key{};          // which it names, for kValid
  };
  // A token is valid once.
  Verdict Check(const HttpRequest& request) const;

 private:
  Verdict CheckToken(std::string_view text, const PeerId& hub) const;
  std::string HubMeshNamespace() const;

  auth::HubKeys& keys_;
  const Dispatcher& dispatcher_;
  const Clock& clock_;
  const Rules rules_;
};

}  // namespace pigeonhub::net
