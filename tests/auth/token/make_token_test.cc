// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/make_token.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <variant>

#include "server/auth/token/jws.h"
#include "server/auth/token/parse_claims.h"
#include "server/auth/token/token_verifier.h"
#include "tests/support/token_keys.h"

namespace pigeonhub::auth {
namespace {

constexpr UnixMillis kMade = 1'700'000'000'000;

TokenClaims AllClaims() {
  TokenClaims claims;
  claims.issuer = "https://app.example";
  claims.subject = "user \"42\"";
  claims.token_id = "a1";
  claims.audiences = {"hub", "other hub"};
  claims.issued_at = kMade;
  claims.not_before = kMade - 1500;
  claims.expires_at = kMade + 3'600'250;
  claims.namespaces = {"chat", "game:*"};
  claims.peer = PeerId::Parse("0123456789abcdef0123456789abcdef01234567");
  claims.hub = true;
  claims.attributes = {{"na\"me", "va\\lue"}, {"tier", "pro"}};
  return claims;
}

TEST(MakeToken, SaysWhatAHubReads) {
  const Secret secret(32, 's');
  const auto token = MakeToken(AllClaims(), "2026-11", secret);
  ASSERT_TRUE(token.ok()) << token.status();
  const auto jws = ParseJws(*token);
  ASSERT_TRUE(jws.ok());
  EXPECT_EQ(jws->header, R"({"alg":"HS256","typ":"JWT","kid":"2026-11"})");
  EXPECT_EQ(*ParseTokenClaims(jws->payload), AllClaims());
}

TEST(MakeToken, NamesNoKeyUnlessOneIsGiven) {
  const auto token = MakeToken(AllClaims(), "", Secret(32, 's'));
  EXPECT_EQ(ParseJws(*token)->header, R"({"alg":"HS256","typ":"JWT"})");
}

TEST(MakeToken, SignsWithKeysOfEveryKind) {
  for (const KeyKind kind : {KeyKind::kRsa, KeyKind::kP256, KeyKind::kP384, KeyKind::kEd25519}) {
    const KeyPair pair = MakeKeyPair(kind);
    const auto token = MakeToken(AllClaims(), "k", SignerOf(pair));
    ASSERT_TRUE(token.ok()) << token.status();
    TokenVerifier verifier({});
    verifier.SetKeys(KeyOrigin::kFiles, {{CheckerOf(pair), "k"}});
    EXPECT_TRUE(std::holds_alternative<SharedClaims>(verifier.Check(*token, kMade)));
  }
}

TEST(MakeToken, MakesNoneThatAHubWouldRefuse) {
  const Secret secret(32, 's');
  TokenClaims claims = AllClaims();
  claims.namespaces = {"a*b"};
  EXPECT_EQ(MakeToken(claims, "", secret).status().code(), absl::StatusCode::kInvalidArgument);
  claims = AllClaims();
  claims.namespaces.assign(9, std::string(1000, 'n'));
  EXPECT_EQ(MakeToken(claims, "", secret).status().message(), "a token has at most 8192 bytes");
  claims = AllClaims();
  claims.expires_at = 0;
  EXPECT_EQ(MakeToken(claims, "", secret).status().message(), "exp is missing: each token ends");
  EXPECT_FALSE(MakeToken(AllClaims(), std::string(257, 'k'), secret).ok());
}

}  // namespace
}  // namespace pigeonhub::auth
