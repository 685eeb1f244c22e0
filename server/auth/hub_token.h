// SPDX-License-Identifier: Apache-2.0
//
// What a hub shows to another to be let in as one: a few claims in clear text under a MAC with a
// key that both know.
//
//   hub2.ID.EXPIRY.NONCE.NAMESPACE.KEY.ADDRESSEE.MAC
//
// ID is the hub's peer id, EXPIRY milliseconds since 1970, NONCE 32 random hexadecimal digits,
// NAMESPACE the SHA-256 of the hub mesh namespace's name, KEY the key that shows what the hub
// signed (Ed25519), ADDRESSEE the id of the hub that the token is shown to, or its host:port, and
// MAC the HMAC-SHA256 of everything before its dot. NAMESPACE, KEY and MAC are 64 hexadecimal
// digits. A hub makes a new one each time it dials.
//
// Hubs of the previous version know only hub1.ID.EXPIRY.NONCE.NAMESPACE.MAC. Whoever is shown such
// a token can show it to another hub before it expires.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/base/key_pair.h"
#include "server/core/ids.h"
#include "server/core/time.h"

namespace pigeonhub::auth {

struct HubToken {
  PeerId hub;
  UnixMillis expiry = 0;
  std::string_view nonce;
  std::string_view network;        // as a digest
  std::optional<PublicKey> key{};  // empty in a hub1 token
  std::string_view addressee{};    // empty in a hub1 token
  std::string_view claims;         // what the MAC is over
  std::string_view mac;
};

// Whether somebody meant it to be one: other bearer tokens travel in the same header.
bool LooksLikeHubToken(std::string_view text);

// Views into `text`. Empty for what is not exactly of that form. Says nothing of its truth.
std::optional<HubToken> ParseHubToken(std::string_view text);

// "hub.example:3000", "[::1]:3000": the host in lower case.
std::string AddresseeAt(std::string_view host, uint16_t port);

// 32 random hexadecimal digits.
std::string MakeNonce();

struct HubTokenClaims {
  PeerId hub{};
  std::string_view network{};  // by name
  UnixMillis expiry = 0;
  std::string_view nonce{};
  PublicKey key{};
  std::string_view addressee{};  // empty: a hub1 token, which has no key either
};
std::string MakeHubToken(const HubTokenClaims& claims, std::string_view key);

}  // namespace pigeonhub::auth
