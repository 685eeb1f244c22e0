// SPDX-License-Identifier: Apache-2.0
//
// What a hub shows to another to be let in as one: a few claims in clear text under a MAC with a
// key that both know.
//
//   hub1.ID.EXPIRY.NONCE.NAMESPACE.MAC
//
// ID is the hub's peer id, EXPIRY milliseconds since 1970, NONCE 32 random hexadecimal digits,
// NAMESPACE the SHA-256 of the hub mesh namespace's name, MAC the HMAC-SHA256 of everything before
// its dot. The last two are 64 hexadecimal digits. A hub makes a new one each time it dials.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub::auth {

struct HubToken {
  PeerId hub;
  UnixMillis expiry = 0;
  std::string_view nonce;
  std::string_view network;  // as a digest
  std::string_view claims;   // what the MAC is over
  std::string_view mac;
};

// Whether somebody meant it to be one: other bearer tokens travel in the same header.
bool LooksLikeHubToken(std::string_view text);

// Views into `text`. Empty for what is not exactly of that form. Says nothing of its truth.
std::optional<HubToken> ParseHubToken(std::string_view text);

// 32 random hexadecimal digits.
std::string MakeNonce();

std::string MakeHubToken(const PeerId& hub, std::string_view network, UnixMillis expiry,
                         std::string_view nonce, std::string_view key);

}  // namespace pigeonhub::auth
