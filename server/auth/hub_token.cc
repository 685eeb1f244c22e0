// SPDX-License-Identifier: Apache-2.0

#include "server/auth/hub_token.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/ascii.h"
#include "server/base/address.h"
#include "server/base/digest.h"
#include "server/base/hex.h"
#include "server/base/random.h"

namespace pigeonhub::auth {
namespace {

constexpr std::string_view kPrefix = "hub2.";
constexpr std::string_view kOldPrefix = "hub1.";
constexpr size_t kNonceDigits = 32;
constexpr size_t kDigestDigits = 64;
constexpr size_t kLongestAddressee = 300;  // a name has 253 at most
constexpr size_t kMostExpiryDigits = 15;   // of milliseconds: far beyond any clock

// The text up to the next dot, taken off the front with it.
std::string_view TakeField(std::string_view& rest) {
  const size_t dot = std::min(rest.find('.'), rest.size());
  const std::string_view field = rest.substr(0, dot);
  rest.remove_prefix(std::min(dot + 1, rest.size()));
  return field;
}

bool IsAddressee(std::string_view text) {
  const auto is_plain = [](char c) { return c > ' ' && c <= '~'; };
  return !text.empty() && text.size() <= kLongestAddressee &&
         std::all_of(text.begin(), text.end(), is_plain);
}

std::optional<PublicKey> PublicKeyOfHex(std::string_view hex) {
  return IsLowerHex(hex, kDigestDigits) ? ParseDigest(hex) : std::nullopt;
}

}  // namespace

bool LooksLikeHubToken(std::string_view text) {
  return text.starts_with(kPrefix) || text.starts_with(kOldPrefix);
}

std::optional<HubToken> ParseHubToken(std::string_view text) {
  if (!LooksLikeHubToken(text)) return std::nullopt;
  const bool is_old = text.starts_with(kOldPrefix);
  std::string_view rest = text.substr(kPrefix.size());
  HubToken token;
  const std::optional<PeerId> hub = PeerId::Parse(TakeField(rest));
  const std::string_view expiry = TakeField(rest);
  token.nonce = TakeField(rest);
  token.network = TakeField(rest);
  if (!is_old) {
    token.key = PublicKeyOfHex(TakeField(rest));
    // Hosts have dots.
    const size_t last_dot = rest.rfind('.');
    if (last_dot == std::string_view::npos) return std::nullopt;
    token.addressee = rest.substr(0, last_dot);
    rest.remove_prefix(last_dot + 1);
    if (!token.key.has_value() || !IsAddressee(token.addressee)) return std::nullopt;
  }
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

std::string AddresseeAt(std::string_view host, uint16_t port) {
  return absl::AsciiStrToLower(JoinHostAndPort(host, port));
}

std::string MakeNonce() { return RandomHex(kNonceDigits); }

std::string MakeHubToken(const HubTokenClaims& claims, std::string_view key) {
  const bool is_old = claims.addressee.empty();
  std::string text(is_old ? kOldPrefix : kPrefix);
  text += claims.hub.text();
  text += "." + std::to_string(claims.expiry) + ".";
  text += claims.nonce;
  text += "." + HexOf(DigestOf(claims.network));
  if (!is_old) {
    text += "." + HexOf(claims.key) + ".";
    text += claims.addressee;
  }
  return text + "." + HexOf(MacOf(text, key));
}

}  // namespace pigeonhub::auth
