// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/signature.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <memory>

#include "server/auth/token/openssl_errors.h"
#include "server/base/digest.h"

namespace pigeonhub::auth {
namespace {

struct FreeSignature {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeSignature>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, FreeSignature>;

const unsigned char* SignatureBytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* SignatureBytes(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// Null for EdDSA, which brings its own.
const EVP_MD* DigestFor(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::kHs256:
    case Algorithm::kRs256:
    case Algorithm::kPs256:
    case Algorithm::kEs256:
      return EVP_sha256();
    case Algorithm::kHs384:
    case Algorithm::kRs384:
    case Algorithm::kEs384:
      return EVP_sha384();
    case Algorithm::kHs512:
    case Algorithm::kRs512:
      return EVP_sha512();
    case Algorithm::kEdDsa:
      break;
  }
  return nullptr;
}

std::string MacOf(const Secret& secret, Algorithm algorithm, std::string_view text) {
  std::string mac(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(DigestFor(algorithm), secret.data(), static_cast<int>(secret.size()), SignatureBytes(text),
       text.size(), SignatureBytes(mac), &size);
  mac.resize(size);
  return mac;
}

bool IsElliptic(KeyKind kind) { return kind == KeyKind::kP256 || kind == KeyKind::kP384; }

// A token has the two numbers of such a signature one after the other, both of the size of the
// curve; OpenSSL has them in DER.
int NumberSize(KeyKind kind) { return kind == KeyKind::kP256 ? 32 : 48; }

std::string ToDer(KeyKind kind, std::string_view numbers) {
  const int size = NumberSize(kind);
  if (numbers.size() != 2 * static_cast<size_t>(size)) return {};
  const EcdsaSignature signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(SignatureBytes(numbers), size, nullptr);
  BIGNUM* s = BN_bin2bn(SignatureBytes(numbers) + size, size, nullptr);
  if (signature == nullptr || ECDSA_SIG_set0(signature.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(signature.get(), &der);
  if (length <= 0) return {};
  std::string text(reinterpret_cast<char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  return text;
}

std::string FromDer(KeyKind kind, const std::string& der) {
  const unsigned char* at = SignatureBytes(std::string_view(der));
  const EcdsaSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (signature == nullptr) return {};
  const int size = NumberSize(kind);
  std::string numbers(2 * static_cast<size_t>(size), '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), SignatureBytes(numbers), size);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), SignatureBytes(numbers) + size, size);
  return numbers;
}

// The salt has the size of the digest, neither more nor less (RFC 7518, section 3.5).
bool SetPadding(EVP_PKEY_CTX* context, Algorithm algorithm) {
  if (algorithm != Algorithm::kPs256) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool IsSigned(const AsymmetricKey& key, Algorithm algorithm, std::string_view text,
              std::string_view signature) {
  std::string der;
  if (IsElliptic(key.kind)) {
    der = ToDer(key.kind, signature);
    if (der.empty()) return false;
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the context's
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), &options, DigestFor(algorithm), nullptr,
                              key.key.get()) == 1 &&
         SetPadding(options, algorithm) &&
         EVP_DigestVerify(context.get(), SignatureBytes(signature), signature.size(),
                          SignatureBytes(text), text.size()) == 1;
}

std::string Sign(const AsymmetricKey& key, Algorithm algorithm, std::string_view text) {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the context's
  size_t size = 0;
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), &options, DigestFor(algorithm), nullptr, key.key.get()) !=
          1 ||
      !SetPadding(options, algorithm) ||
      EVP_DigestSign(context.get(), nullptr, &size, SignatureBytes(text), text.size()) != 1) {
    return {};
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), SignatureBytes(signature), &size, SignatureBytes(text),
                     text.size()) != 1) {
    return {};
  }
  signature.resize(size);
  return IsElliptic(key.kind) ? FromDer(key.kind, signature) : signature;
}

}  // namespace

bool IsSigned(const KeyMaterial& key, Algorithm algorithm, std::string_view text,
              std::string_view signature) {
  if (KindOf(key) != KindFor(algorithm)) return false;
  const ForgetOpensslErrors forget;
  if (const auto* secret = std::get_if<Secret>(&key)) {
    return EqualInConstantTime(MacOf(*secret, algorithm, text), signature);
  }
  return IsSigned(std::get<AsymmetricKey>(key), algorithm, text, signature);
}

std::string Sign(const KeyMaterial& key, Algorithm algorithm, std::string_view text) {
  if (KindOf(key) != KindFor(algorithm)) return {};
  const ForgetOpensslErrors forget;
  if (const auto* secret = std::get_if<Secret>(&key)) return MacOf(*secret, algorithm, text);
  return Sign(std::get<AsymmetricKey>(key), algorithm, text);
}

}  // namespace pigeonhub::auth
