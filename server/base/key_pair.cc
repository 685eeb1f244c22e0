// SPDX-License-Identifier: Apache-2.0

#include "server/base/key_pair.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <cstdio>
#include <cstdlib>

#include "server/base/random.h"

namespace pigeonhub {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeContext>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeContext>;

EVP_PKEY* Of(const internal::Key& key) { return static_cast<EVP_PKEY*>(key.get()); }

const unsigned char* KeyBytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// These calls fail only if the memory is short, or OpenSSL was built without this kind of key. Then
// the process ends, because without its key it is not this hub.
void MustSucceed(bool done) {
  if (done) return;
  std::fputs("OpenSSL cannot use Ed25519, X25519 or HKDF here; is its FIPS mode on?\n", stderr);
  std::abort();
}

internal::Key OwnKey(int type, const PrivateKey& key, PublicKey& public_key) {
  internal::Key own(EVP_PKEY_new_raw_private_key(type, nullptr, key.data(), key.size()));
  size_t size = public_key.size();
  MustSucceed(own != nullptr &&
              EVP_PKEY_get_raw_public_key(Of(own), public_key.data(), &size) == 1 &&
              size == public_key.size());
  return own;
}

internal::Key KeyOfOther(int type, const PublicKey& key) {
  return internal::Key(EVP_PKEY_new_raw_public_key(type, nullptr, key.data(), key.size()));
}

}  // namespace

void internal::FreeKey::operator()(void* key) const { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); }

PrivateKey MakePrivateKey() {
  PrivateKey key;
  FillRandom(key);
  return key;
}

SigningKey::SigningKey(const PrivateKey& key) : key_(OwnKey(EVP_PKEY_ED25519, key, public_key_)) {}

Signature SigningKey::Sign(std::string_view text) const {
  Signature signature;
  size_t size = signature.size();
  const DigestContext context(EVP_MD_CTX_new());
  MustSucceed(context != nullptr &&
              EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, Of(key_)) == 1 &&
              EVP_DigestSign(context.get(), signature.data(), &size, KeyBytes(text), text.size()) ==
                  1);
  return signature;
}

bool IsSignedBy(const PublicKey& key, std::string_view text, const Signature& signature) {
  const internal::Key owner = KeyOfOther(EVP_PKEY_ED25519, key);
  const DigestContext context(EVP_MD_CTX_new());
  return owner != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, Of(owner)) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), KeyBytes(text),
                          text.size()) == 1;
}

AgreementKey::AgreementKey(const PrivateKey& key)
    : key_(OwnKey(EVP_PKEY_X25519, key, public_key_)) {}

std::optional<SharedSecret> AgreementKey::AgreeWith(const PublicKey& other) const {
  const internal::Key owner = KeyOfOther(EVP_PKEY_X25519, other);
  const KeyContext context(EVP_PKEY_CTX_new(Of(key_), nullptr));
  SharedSecret secret;
  size_t size = secret.size();
  if (owner == nullptr || context == nullptr || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), Of(owner)) != 1 ||
      EVP_PKEY_derive(context.get(), secret.data(), &size) != 1 || size != secret.size()) {
    return std::nullopt;
  }
  return secret;
}

std::string DeriveKey(const SharedSecret& secret, std::string_view purpose, size_t size) {
  std::string key(size, '\0');
  size_t derived = size;
  const KeyContext context(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr));
  MustSucceed(
      context != nullptr && EVP_PKEY_derive_init(context.get()) == 1 &&
      EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) == 1 &&
      EVP_PKEY_CTX_set1_hkdf_key(context.get(), secret.data(), static_cast<int>(secret.size())) ==
          1 &&
      EVP_PKEY_CTX_add1_hkdf_info(context.get(), KeyBytes(purpose),
                                  static_cast<int>(purpose.size())) == 1 &&
      EVP_PKEY_derive(context.get(), reinterpret_cast<unsigned char*>(key.data()), &derived) == 1 &&
      derived == size);
  return key;
}

}  // namespace pigeonhub
