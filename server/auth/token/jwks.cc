// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/jwks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/auth/token/strict_json.h"
#include "server/base/base64url.h"

namespace pigeonhub::auth {
namespace {

using simdjson::dom::object;

absl::Status Wrong(absl::string_view why) { return absl::InvalidArgumentError(why); }

// Empty for a member that is missing or no string.
std::string_view Text(object jwk, std::string_view name) {
  const auto member = Member(jwk, name);
  return member ? StringOf(*member).value_or("") : "";
}

// The bytes that a member spells in base64url; empty for a member that is none.
std::string BytesOf(object jwk, std::string_view name) {
  return FromBase64Url(Text(jwk, name)).value_or("");
}

// Whether its owner means it to check signatures (RFC 7517, sections 4.2 and 4.3).
bool IsForChecking(object jwk) {
  if (Member(jwk, "use") && Text(jwk, "use") != "sig") return false;
  const auto operations = Member(jwk, "key_ops");
  if (!operations) return true;
  simdjson::dom::array array;
  return operations->get(array) == simdjson::SUCCESS &&
         std::any_of(array.begin(), array.end(),
                     [](simdjson::dom::element one) { return StringOf(one) == "verify"; });
}

absl::StatusOr<KeyMaterial> Asymmetric(absl::StatusOr<AsymmetricKey> key) {
  if (!key.ok()) return key.status();
  return KeyMaterial(*std::move(key));
}

absl::StatusOr<KeyMaterial> MaterialOf(object jwk, JwksOrigin origin) {
  const std::string_view kind = Text(jwk, "kty");
  const std::string_view curve = Text(jwk, "crv");
  if (kind == "oct") {
    if (origin == JwksOrigin::kUrl) return Wrong("a secret (oct) that everybody can get");
    auto secret = MakeSecret(BytesOf(jwk, "k"));
    if (!secret.ok()) return secret.status();
    return KeyMaterial(*std::move(secret));
  }
  // Whoever was given it can sign.
  if (Member(jwk, "d")) return Wrong("a private key (d)");
  if (kind == "RSA") return Asymmetric(RsaPublicKey(BytesOf(jwk, "n"), BytesOf(jwk, "e")));
  if (kind == "EC" && (curve == "P-256" || curve == "P-384")) {
    const KeyKind of = curve == "P-256" ? KeyKind::kP256 : KeyKind::kP384;
    return Asymmetric(EcPublicKey(of, BytesOf(jwk, "x"), BytesOf(jwk, "y")));
  }
  if (kind == "OKP" && curve == "Ed25519") return Asymmetric(Ed25519PublicKey(BytesOf(jwk, "x")));
  return Wrong("a kind (kty, crv) other than RSA, EC with P-256 or P-384, OKP with Ed25519, oct");
}

absl::StatusOr<TokenKey> KeyOf(simdjson::dom::element element, JwksOrigin origin) {
  object jwk;
  if (element.get(jwk) != simdjson::SUCCESS) return Wrong("not an object");
  if (!IsForChecking(jwk)) return Wrong("a use (use, key_ops) other than checking signatures");
  auto material = MaterialOf(jwk, origin);
  if (!material.ok()) return material.status();
  TokenKey key{*std::move(material), std::string(Text(jwk, "kid"))};
  if (Member(jwk, "kid") && key.kid.empty()) return Wrong("a kid that is not text");
  if (Member(jwk, "alg")) {
    const auto algorithm = FindAlgorithm(Text(jwk, "alg"));
    if (!algorithm || !key.Serves(*algorithm)) {
      return Wrong("an algorithm (alg) that is not accepted or not for such a key");
    }
    key.only = algorithm;
  }
  return key;
}

}  // namespace

absl::StatusOr<Jwks> ParseJwks(std::string_view text, JwksOrigin origin) {
  if (text.size() > kLargestJwks) {
    return Wrong(absl::StrCat("a JWKS has at most ", kLargestJwks / 1024, " KiB"));
  }
  simdjson::dom::parser parser;
  const auto document = ParseStrictObject(parser, text);
  const auto member = document ? Member(*document, "keys") : std::nullopt;
  simdjson::dom::array array;
  if (!member || member->get(array) != simdjson::SUCCESS) {
    return Wrong(
        "not a JWKS: a JSON object with an array \"keys\", in which each name of an "
        "object is used once");
  }
  Jwks set;
  size_t number = 0;
  for (const simdjson::dom::element element : array) {
    ++number;
    auto key = KeyOf(element, origin);
    if (key.ok()) {
      set.keys.push_back(*std::move(key));
    } else if (++set.skipped == 1) {
      set.first_skipped = absl::StrCat("key ", number, ": ", key.status().message());
    }
    if (set.keys.size() > kMostKeysOfJwks) {
      return Wrong(absl::StrCat("more than ", kMostKeysOfJwks, " keys"));
    }
  }
  if (!set.keys.empty()) return set;
  return Wrong(number == 0 ? "there is no key in this JWKS"
                           : absl::StrCat("no key in this JWKS can be used; ", set.first_skipped));
}

}  // namespace pigeonhub::auth
