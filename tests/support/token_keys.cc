// SPDX-License-Identifier: Apache-2.0

#include "tests/support/token_keys.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <utility>

#include "server/auth/token/signature.h"
#include "server/base/base64url.h"

namespace pigeonhub {
namespace {

using auth::KeyKind;

std::string Pem(auto write) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> memory(BIO_new(BIO_s_mem()), BIO_free);
  write(memory.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<size_t>(size)};
}

KeyPair Pair(EVP_PKEY* made) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(made, EVP_PKEY_free);
  return {Pem([&](BIO* out) {
            PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          }),
          Pem([&](BIO* out) { PEM_write_bio_PUBKEY(out, key.get()); })};
}

}  // namespace

KeyPair MakeKeyPair(KeyKind kind, unsigned rsa_bits) {
  switch (kind) {
    case KeyKind::kRsa:
      return Pair(EVP_RSA_gen(rsa_bits));
    case KeyKind::kP256:
      return MakeKeyPairOn("P-256");
    case KeyKind::kP384:
      return MakeKeyPairOn("P-384");
    case KeyKind::kEd25519:
      return Pair(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    case KeyKind::kSecret:
      break;
  }
  return {};
}

KeyPair MakeKeyPairOn(const std::string& curve) { return Pair(EVP_EC_gen(curve.c_str())); }

auth::KeyMaterial SignerOf(const KeyPair& pair) {
  return auth::PrivateKeyFromPem(pair.private_pem).value();
}

auth::KeyMaterial CheckerOf(const KeyPair& pair) {
  return auth::PublicKeyFromPem(pair.public_pem).value();
}

std::string Signed(std::string_view header, std::string_view claims, auth::Algorithm algorithm,
                   const auth::KeyMaterial& signer) {
  const std::string text = ToBase64Url(header) + "." + ToBase64Url(claims);
  return text + "." + ToBase64Url(auth::Sign(signer, algorithm, text));
}

std::string Signed(std::string_view claims, auth::Algorithm algorithm,
                   const auth::KeyMaterial& signer) {
  const std::string name(auth::AlgorithmName(algorithm));
  return Signed(R"({"alg":")" + name + R"("})", claims, algorithm, signer);
}

}  // namespace pigeonhub
