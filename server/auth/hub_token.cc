// SPDX-License-Identifier: Apache-2.0

#include "server/auth/hub_token.h"

#include <algorithm>
#include <charconv>

#include "server/base/digest.h"
#include "server/base/hex.h"
#include "server/base/random.h"

namespace pigeonhub::auth {
namespace {

constexpr std::string_view kPrefix = "hub1.";
constexpr size_t kNonceDigits = 32;
constexpr size_t kDigestDigits = 64;
constexpr size_t kMostExpiryDigits = 15;  // of milliseconds: far beyond any clock

// The text up to the next dot, taken off the front with it.
std::string_view TakeField(std::string_view& rest) {
  const size_t dot = std::min(rest.find('.'), rest.size());
  const std::string_view field = rest.substr(0, dot);
  rest.remove_prefix(std::min(dot + 1, rest.size()));
  return field;
}

}  // namespace

bool LooksLikeHubToken(std::string_view text) { return text.starts_with(kPrefix); }

std::optional<HubToken> ParseHubToken(std::string_view text) {
  if (!LooksLikeHubToken(text)) return std::nullopt;
  std::string_view rest = text.substr(kPrefix.size());
  HubToken token;
  const std::optional<PeerId> hub = PeerId::Parse(TakeField(rest));
  const std::string_view expiry = TakeField(rest);
  token.nonce = TakeField(rest);
  token.network = TakeField(rest);
  token.mac = rest;
  if (!hub.has_value() || !IsLowerHex(token.nonce, kNonceDigits) ||
      !IsLowerHex(token.network, kDigestDigits) || !IsLowerHex(token.mac, kDigestDigits)) {
    return std::nullopt;
  }
  if (expiry.empty() || expiry.size() > kMostExpiryDigits || expiry.front() == '-') {
    return std::nullopt;
  }
  const char* const end = expiry.data() + expiry.size();
  const auto [parsed, error] = std::from_chars(expiry.data(), end, token.expiry);
  if (error != std::errc() || parsed != end) return std::nullopt;
  token.hub = *hub;
  token.claims = text.substr(0, text.size() - kDigestDigits - 1);
  return token;
}

std::string MakeNonce() { return RandomHex(kNonceDigits); }

std::string MakeHubToken(const PeerId& hub, std::string_view network, UnixMillis expiry,
                         std::string_view nonce, std::string_view key) {
  std::string claims(kPrefix);
  claims += hub.text();
  claims += "." + std::to_string(expiry) + ".";
  claims += nonce;
  claims += "." + HexOf(DigestOf(network));
  return claims + "." + HexOf(MacOf(claims, key));
}

}  // namespace pigeonhub::auth
