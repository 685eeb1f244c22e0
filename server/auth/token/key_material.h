// SPDX-License-Identifier: Apache-2.0
//
// What a key is made of, and where it comes from: PEM or the numbers of a JSON web key.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "server/auth/token/algorithm.h"

struct evp_pkey_st;  // EVP_PKEY; this header does not ask its readers to know OpenSSL

namespace pigeonhub::auth {

inline constexpr size_t kShortestSecret = 32;  // bytes
inline constexpr int kSmallestRsa = 2048;      // bits
inline constexpr int kLargestRsa = 8192;       // bits: a larger one costs a millisecond a token

// In OpenSSL's form, checked to be of a kind in KeyKind and strong enough.
struct AsymmetricKey {
  KeyKind kind = KeyKind::kEd25519;
  std::shared_ptr<evp_pkey_st> key;
};
// Of HMAC.
using Secret = std::string;
// A public key cannot be taken for a secret: they are two types.
using KeyMaterial = std::variant<Secret, AsymmetricKey>;

KeyKind KindOf(const KeyMaterial& key);
// Whether both are one key. Not for what strangers bring: the time that it takes shows something.
bool IsSame(const KeyMaterial& a, const KeyMaterial& b);

// All of these say in one line why there is no key; the line has no part of it.
absl::StatusOr<Secret> MakeSecret(std::string_view bytes);
absl::StatusOr<AsymmetricKey> PublicKeyFromPem(std::string_view pem);
absl::StatusOr<AsymmetricKey> PrivateKeyFromPem(std::string_view pem);
// Big-endian numbers, as RFC 7518 has them.
absl::StatusOr<AsymmetricKey> RsaPublicKey(std::string_view modulus, std::string_view exponent);
// `kind` is kP256 or kP384.
absl::StatusOr<AsymmetricKey> EcPublicKey(KeyKind kind, std::string_view x, std::string_view y);
absl::StatusOr<AsymmetricKey> Ed25519PublicKey(std::string_view x);

// Whether these bytes are a public key in DER (X.509 SubjectPublicKeyInfo).
bool IsPublicKeyDer(std::string_view bytes);

}  // namespace pigeonhub::auth
