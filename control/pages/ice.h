// SPDX-License-Identifier: Apache-2.0
//
// Which ICE servers a page is to use, with credentials of TURN servers that end by themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/peer_id.h"
#include "pigeonhub/time.h"

namespace pigeonhub {

struct IceServers {
  std::vector<std::string> urls = {};  // stun:, stuns:, turn: and turns:
  std::string turn_secret = {};        // that the TURN servers share with the hub; empty: none
  Duration ttl{};                      // of credentials
};

bool IsTurnUrl(std::string_view url);

struct TurnCredentials {
  std::string username;
  std::string credential;
};
// What coturn's use-auth-secret takes ("REST API for access to TURN services", Uberti 2013): until
// when, in seconds of Unix time, and for whom; and the HMAC-SHA1 of that in base64.
TurnCredentials MakeTurnCredentials(std::string_view secret, const std::optional<PeerId>& peer,
                                    int64_t expires_unix_s);

// {"iceServers":[{"urls":[…]},{"urls":[…],"username":"…","credential":"…"}],"ttl":3600}
std::string IceJson(const IceServers& servers, const std::optional<PeerId>& peer, UnixMillis now);

}  // namespace pigeonhub
