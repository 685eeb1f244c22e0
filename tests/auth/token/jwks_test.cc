// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/jwks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pigeonhub::auth {
namespace {

// Of RFC 7515 and RFC 8037.
const std::string kModulus =
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4"
    "QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdb"
    "BYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-D"
    "WNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const std::string kRsa = R"("kty":"RSA","n":")" + kModulus + R"(","e":"AQAB")";
const std::string kEc =
    R"("kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")";
const std::string kEd =
    R"("kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")";
const std::string kOct = R"("kty":"oct","k":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")";

std::string SetOf(const std::vector<std::string>& keys) {
  std::string text = R"({"keys":[)";
  for (const std::string& key : keys) text += (&key == keys.data() ? "{" : ",{") + key + "}";
  return text + "]}";
}

TEST(Jwks, HoldsKeysOfEveryKind) {
  const auto set = ParseJwks(
      SetOf({kRsa + R"(,"kid":"r","use":"sig","alg":"PS256")", kEc + R"(,"key_ops":["verify"])",
             kEd + R"(,"kid":"e","x5t":"ignored")", kOct}),
      JwksOrigin::kFile);
  ASSERT_TRUE(set.ok()) << set.status();
  ASSERT_EQ(set->keys.size(), 4U);
  EXPECT_EQ(set->skipped, 0U);
  EXPECT_EQ(set->keys[0].kid, "r");
  EXPECT_TRUE(set->keys[0].Serves(Algorithm::kPs256));
  EXPECT_FALSE(set->keys[0].Serves(Algorithm::kRs256));
  EXPECT_EQ(set->keys[1].kid, "");
  EXPECT_TRUE(set->keys[1].Serves(Algorithm::kEs256));
  EXPECT_TRUE(set->keys[2].Serves(Algorithm::kEdDsa));
  EXPECT_TRUE(set->keys[3].Serves(Algorithm::kHs384));
}

TEST(Jwks, OfAnUrlHasNoSecret) {
  const auto set = ParseJwks(SetOf({kEd, kOct}), JwksOrigin::kUrl);
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->keys.size(), 1U);
  EXPECT_EQ(set->skipped, 1U);
  EXPECT_EQ(set->first_skipped, "key 2: a secret (oct) that everybody can get");
}

struct Unusable {
  std::string jwk, why;
};

TEST(Jwks, SkipsAndCountsWhatItCannotUse) {
  const std::string small = kModulus.substr(0, 168);
  for (const auto& [jwk, why] : std::vector<Unusable>{
           {kRsa + R"(,"use":"enc")", "use"},
           {kRsa + R"(,"use":7)", "use"},
           {kRsa + R"(,"key_ops":["sign"])", "use"},
           {kRsa + R"(,"key_ops":"verify")", "use"},
           {kRsa + R"(,"alg":"RSA-OAEP")", "alg"},
           {kRsa + R"(,"alg":"ES256")", "alg"},
           {kRsa + R"(,"alg":"HS256")", "alg"},
           {kRsa + R"(,"alg":"none")", "alg"},
           {kRsa + R"(,"alg":7)", "alg"},
           {kRsa + R"(,"d":"AQAB")", "private"},
           {kEd + R"(,"d":"AQAB")", "private"},
           {kRsa + R"(,"kid":7)", "kid"},
           {R"("kty":"RSA","n":")" + small + R"(","e":"AQAB")", "bits"},
           {R"("kty":"RSA","n":")" + std::string(4000, 'A') + R"(","e":"AQAB")", "large"},
           {R"("kty":"RSA","n":")" + kModulus + R"(","e":"AQ")", "exponent"},
           {R"("kty":"RSA","n":")" + kModulus + R"(","e":"Ag")", "exponent"},
           {R"("kty":"RSA","n":")" + kModulus + R"(=","e":"AQAB")", "bits"},
           {R"("kty":"RSA","e":"AQAB")", "bits"},
           {R"("kty":"EC","crv":"P-521","x":"AA","y":"AA")", "kty, crv"},
           {R"("kty":"EC","crv":"secp256k1","x":"AA","y":"AA")", "kty, crv"},
           {R"("kty":"EC","crv":"P-256","x":"AA","y":"AA")", "size"},
           {R"("kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
            R"("y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")",
            "OpenSSL"},  // not on the curve
           {R"("kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")",
            "kty, crv"},
           {R"("kty":"OKP","crv":"Ed25519","x":"AA")", "OpenSSL"},
           {R"("kty":"oct","k":"c2hvcnQ")", "32 bytes"},
           {R"("kty":"AKP")", "kty, crv"},
           {R"("use":"sig")", "kty, crv"}}) {
    const auto set = ParseJwks(SetOf({kEd, jwk}), JwksOrigin::kFile);
    ASSERT_TRUE(set.ok()) << jwk << ": " << set.status();
    EXPECT_EQ(set->keys.size(), 1U) << jwk;
    EXPECT_EQ(set->skipped, 1U) << jwk;
    EXPECT_NE(set->first_skipped.find(why), std::string::npos) << jwk << ": " << set->first_skipped;
  }
}

TEST(Jwks, IsRefusedWithTheReason) {
  const std::string none = "there is no key in this JWKS";
  std::vector<std::string> many(65, kEd);
  for (const auto& [text, why] : std::vector<Unusable>{
           {"", "not a JWKS"},
           {"[]", "not a JWKS"},
           {"{}", "not a JWKS"},
           {R"({"keys":{}})", "not a JWKS"},
           {"{" + kEd + "}", "not a JWKS"},
           {R"({"keys":[],"keys":[]})", "not a JWKS"},
           {SetOf({kEd + R"(,"kid":"a","kid":"b")"}), "not a JWKS"},
           {R"({"keys":[]})", none},
           {R"({"keys":[7]})", "no key in this JWKS can be used; key 1: not an object"},
           {SetOf(many), "more than 64 keys"},
           {R"({"keys":[],"x":")" + std::string(kLargestJwks, 'x') + R"("})", "256 KiB"}}) {
    const auto set = ParseJwks(text, JwksOrigin::kFile);
    ASSERT_FALSE(set.ok()) << text;
    EXPECT_NE(set.status().message().find(why), absl::string_view::npos) << set.status();
  }
  many.pop_back();
  EXPECT_TRUE(ParseJwks(SetOf(many), JwksOrigin::kUrl).ok());
}

}  // namespace
}  // namespace pigeonhub::auth
