// SPDX-License-Identifier: Apache-2.0

#include "server/base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>

#include "server/base/hex.h"

namespace pigeonhub {
namespace {

static_assert(sizeof(Digest) == SHA256_DIGEST_LENGTH);

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string_view TextOf(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Digest DigestOf(std::string_view text) {
  Digest digest;
  SHA256(Bytes(text), text.size(), digest.data());
  return digest;
}

Digest MacOf(std::string_view text, std::string_view key) {
  Digest mac;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(text), text.size(), mac.data(),
       nullptr);
  return mac;
}

std::string HexOf(const Digest& digest) { return ToHex(TextOf(digest)); }

std::optional<Digest> ParseDigest(std::string_view hex) {
  const std::optional<std::string> bytes = FromHex(hex);
  Digest digest;
  if (!bytes || bytes->size() != digest.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

bool EqualInConstantTime(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool EqualInConstantTime(const Digest& a, const Digest& b) {
  return EqualInConstantTime(TextOf(a), TextOf(b));
}

}  // namespace pigeonhub
