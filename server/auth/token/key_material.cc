// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/key_material.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/auth/token/openssl_errors.h"

namespace pigeonhub::auth {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;
using EvpKey = std::shared_ptr<evp_pkey_st>;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

EvpKey Own(EVP_PKEY* key) {
  return {key, [](EVP_PKEY* one) { EVP_PKEY_free(one); }};
}

Owned<BIGNUM> NumberOf(std::string_view bytes) {
  return Owned<BIGNUM>(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

Owned<BIO> ReaderOf(std::string_view text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// Nobody is asked for a passphrase: the hub has no terminal.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writes*/, void* /*user*/) { return -1; }

absl::Status WrongKey(absl::string_view why) { return absl::InvalidArgumentError(why); }

// With an exponent of 1 every text is its own signature.
bool HasUsableExponent(const EvpKey& key) {
  BIGNUM* exponent = nullptr;
  if (EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_RSA_E, &exponent) != 1) return false;
  const Owned<BIGNUM> owned(exponent);
  return BN_is_odd(exponent) == 1 && BN_is_one(exponent) == 0;
}

absl::StatusOr<KeyKind> CurveOf(const EvpKey& key) {
  char name[64];
  size_t size = 0;
  const std::string_view curve = EVP_PKEY_get_group_name(key.get(), name, sizeof name, &size) == 1
                                     ? std::string_view(name)
                                     : std::string_view();
  if (curve == "prime256v1") return KeyKind::kP256;
  if (curve == "secp384r1") return KeyKind::kP384;
  return WrongKey("an elliptic curve other than P-256 and P-384");
}

absl::StatusOr<AsymmetricKey> Checked(EvpKey key) {
  if (key == nullptr) return WrongKey("not a key that OpenSSL can read");
  switch (EVP_PKEY_get_base_id(key.get())) {
    case EVP_PKEY_ED25519:
      return AsymmetricKey{KeyKind::kEd25519, std::move(key)};
    case EVP_PKEY_EC: {
      const auto curve = CurveOf(key);
      if (!curve.ok()) return curve.status();
      return AsymmetricKey{*curve, std::move(key)};
    }
    case EVP_PKEY_RSA:
      if (EVP_PKEY_get_bits(key.get()) < kSmallestRsa ||
          EVP_PKEY_get_bits(key.get()) > kLargestRsa) {
        return WrongKey(absl::StrCat("an RSA key of ", EVP_PKEY_get_bits(key.get()),
                                     " bits; it has ", kSmallestRsa, " to ", kLargestRsa));
      }
      if (!HasUsableExponent(key)) return WrongKey("an RSA key whose exponent is weak");
      return AsymmetricKey{KeyKind::kRsa, std::move(key)};
    default:
      return WrongKey("a key of a kind that signs no token; take RSA, P-256, P-384 or Ed25519");
  }
}

EvpKey FromParameters(const char* type, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return Own(key);
}

}  // namespace

KeyKind KindOf(const KeyMaterial& key) {
  const auto* asymmetric = std::get_if<AsymmetricKey>(&key);
  return asymmetric == nullptr ? KeyKind::kSecret : asymmetric->kind;
}

bool IsSame(const KeyMaterial& a, const KeyMaterial& b) {
  if (KindOf(a) != KindOf(b)) return false;
  if (const auto* secret = std::get_if<Secret>(&a)) return *secret == std::get<Secret>(b);
  const ForgetOpensslErrors forget;
  return EVP_PKEY_eq(std::get<AsymmetricKey>(a).key.get(), std::get<AsymmetricKey>(b).key.get()) ==
         1;
}

absl::StatusOr<Secret> MakeSecret(std::string_view bytes) {
  if (bytes.size() < kShortestSecret) {
    return WrongKey(absl::StrCat("a secret has at least ", kShortestSecret,
                                 " bytes (openssl rand -hex 32 makes one)"));
  }
  return Secret(bytes);
}

absl::StatusOr<AsymmetricKey> PublicKeyFromPem(std::string_view pem) {
  const ForgetOpensslErrors forget;
  return Checked(Own(PEM_read_bio_PUBKEY(ReaderOf(pem).get(), nullptr, NoPassphrase, nullptr)));
}

absl::StatusOr<AsymmetricKey> PrivateKeyFromPem(std::string_view pem) {
  const ForgetOpensslErrors forget;
  return Checked(Own(PEM_read_bio_PrivateKey(ReaderOf(pem).get(), nullptr, NoPassphrase, nullptr)));
}

absl::StatusOr<AsymmetricKey> RsaPublicKey(std::string_view modulus, std::string_view exponent) {
  const ForgetOpensslErrors forget;
  // OpenSSL is not asked about what is too large to be used.
  constexpr size_t kMostBytes = 2 * kLargestRsa / 8;
  if (modulus.size() > kMostBytes || exponent.size() > kMostBytes) {
    return WrongKey("an RSA key that is too large");
  }
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  const Owned<BIGNUM> n = NumberOf(modulus);
  const Owned<BIGNUM> e = NumberOf(exponent);
  if (builder == nullptr || n == nullptr || e == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return Checked(nullptr);
  }
  return Checked(FromParameters("RSA", builder.get()));
}

absl::StatusOr<AsymmetricKey> EcPublicKey(KeyKind kind, std::string_view x, std::string_view y) {
  const ForgetOpensslErrors forget;
  const bool is_p256 = kind == KeyKind::kP256;
  const size_t size = is_p256 ? 32 : 48;
  if (x.size() != size || y.size() != size) {
    return WrongKey("coordinates that do not have the size of the curve");
  }
  // The form that is not compressed (SEC 1, section 2.3.3).
  std::string point(1, '\x04');
  point.append(x).append(y);
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                      is_p256 ? "prime256v1" : "secp384r1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return Checked(nullptr);
  }
  return Checked(FromParameters("EC", builder.get()));
}

absl::StatusOr<AsymmetricKey> Ed25519PublicKey(std::string_view x) {
  const ForgetOpensslErrors forget;
  return Checked(Own(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(x), x.size())));
}

bool IsPublicKeyDer(std::string_view bytes) {
  const ForgetOpensslErrors forget;
  const unsigned char* at = Bytes(bytes);
  return Own(d2i_PUBKEY(nullptr, &at, static_cast<long>(bytes.size()))) != nullptr;
}

}  // namespace pigeonhub::auth
