// SPDX-License-Identifier: Apache-2.0

// Pairs of keys: one that signs (Ed25519), and one with which two sides agree on a secret (X25519).
// Every object here holds OpenSSL's form of its key. Thread-safe: nothing changes after creation.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pigeonhub {

// The half that everybody may know, of either kind of pair.
using PublicKey = std::array<uint8_t, 32>;
// The other half. Whoever has it is the owner of the pair.
using PrivateKey = std::array<uint8_t, 32>;
using Signature = std::array<uint8_t, 64>;
// What two owners of agreement keys know and nobody else.
using SharedSecret = std::array<uint8_t, 32>;

// From the randomness of the system.
PrivateKey MakePrivateKey();

namespace internal {
struct FreeKey {
  void operator()(void* key) const;
};
// An EVP_PKEY; this header does not ask its readers to know OpenSSL.
using Key = std::unique_ptr<void, FreeKey>;
}  // namespace internal

// Signs, with Ed25519 (RFC 8032).
class SigningKey {
 public:
  explicit SigningKey(const PrivateKey& key);

  const PublicKey& public_key() const { return public_key_; }
  Signature Sign(std::string_view text) const;

 private:
  internal::Key key_;
  PublicKey public_key_;
};

// Whether the owner of `key` signed this text. False for a key that is none.
bool IsSignedBy(const PublicKey& key, std::string_view text, const Signature& signature);

// Agrees with the owner of another such key on a secret, with X25519 (RFC 7748).
class AgreementKey {
 public:
  explicit AgreementKey(const PrivateKey& key);

  const PublicKey& public_key() const { return public_key_; }
  // The other side gets the same from our public key. Empty for a key that is none, or one of the
  // few with which the secret would be no secret.
  std::optional<SharedSecret> AgreeWith(const PublicKey& other) const;

 private:
  internal::Key key_;
  PublicKey public_key_;
};

// So many bytes for one purpose, which `purpose` names, made from a secret: HKDF with SHA-256 (RFC
// 5869). Nothing of one purpose tells anything of another.
std::string DeriveKey(const SharedSecret& secret, std::string_view purpose, size_t size);

}  // namespace pigeonhub
