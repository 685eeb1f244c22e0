// SPDX-License-Identifier: Apache-2.0
#include "server/auth/hub_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <stdexcept>

namespace pigeonhub::auth {
namespace {

constexpr std::string_view kPrefix = "hub1.";
constexpr size_t kNonceDigits = 32;
constexpr size_t kDigestDigits = 64;
constexpr size_t kMostExpiryDigits = 15;  // of milliseconds: far beyond any clock

// Lower case only, so that a token has one spelling and a nonce is met again as it was.
bool IsHex(std::string_view text, size_t digits) {
  return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string Hex(std::span<const unsigned char> bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 0xf];
  }
  return text;
}

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
  if (!hub.has_value() || !IsHex(token.nonce, kNonceDigits) ||
      !IsHex(token.network, kDigestDigits) || !IsHex(token.mac, kDigestDigits)) {
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

std::string MacOf(std::string_view claims, std::string_view key) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(claims.data()), claims.size(), mac, &size);
  return Hex({mac, size});
}

std::string NetworkDigest(std::string_view network) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(network.data(), network.size(), digest, &size, EVP_sha256(), nullptr);
  return Hex({digest, size});
}

std::string MakeNonce() {
  unsigned char bytes[kNonceDigits / 2];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("no random numbers");
  return Hex(bytes);
}

std::string MakeHubToken(const PeerId& hub, std::string_view network, UnixMillis expiry,
                         std::string_view nonce, std::string_view key) {
  std::string claims(kPrefix);
  claims += hub.text();
  claims += "." + std::to_string(expiry) + ".";
  claims += nonce;
  claims += "." + NetworkDigest(network);
  return claims + "." + MacOf(claims, key);
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pigeonhub::auth
