// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/parse_claims.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pigeonhub::auth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr std::string_view kId = "0123456789abcdef0123456789abcdef01234567";

// With an end, as each token has.
std::string With(const std::string& claims) { return R"({"exp":1700000000,)" + claims + "}"; }
std::string WithPrivate(const std::string& claims) {
  return With(R"("peerpigeon":{)" + claims + "}");
}

TEST(TokenClaims, SayAllThatATokenCanSay) {
  const auto claims = ParseTokenClaims(
      R"({"iss":"https://app.example","aud":"hub.example.org","sub":"user42","iat":1700000000,)"
      R"("nbf":1700000001,"exp":1700003600.5,"jti":"a1","peerpigeon":{"ns":["chat","game:*"],)"
      R"("peer":"0123456789abcdef0123456789abcdef01234567","hub":true,)"
      R"("attrs":{"tier":"pro","empty":""},"later":1},"other":null})");
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->issuer, "https://app.example");
  EXPECT_THAT(claims->audiences, ElementsAre("hub.example.org"));
  EXPECT_EQ(claims->subject, "user42");
  EXPECT_EQ(claims->token_id, "a1");
  EXPECT_EQ(claims->issued_at, 1'700'000'000'000);
  EXPECT_EQ(claims->not_before, 1'700'000'001'000);
  EXPECT_EQ(claims->expires_at, 1'700'003'600'500);
  EXPECT_THAT(claims->namespaces, ElementsAre("chat", "game:*"));
  EXPECT_EQ(claims->peer, PeerId::Parse(kId));
  EXPECT_TRUE(claims->hub);
  EXPECT_THAT(claims->attributes, ElementsAre(Pair("empty", ""), Pair("tier", "pro")));
}

TEST(TokenClaims, SayLittleOfALittleToken) {
  const auto claims = ParseTokenClaims(R"({"exp":0})");
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->subject, "");
  EXPECT_EQ(claims->peer, std::nullopt);
  EXPECT_FALSE(claims->hub);
  EXPECT_THAT(claims->namespaces, IsEmpty());
  EXPECT_FALSE(GrantsNamespace(*claims, "chat"));
  EXPECT_FALSE(GrantsNamespace(*claims, ""));
}

TEST(TokenClaims, NameSeveralAudiences) {
  EXPECT_THAT(ParseTokenClaims(With(R"("aud":["a","b"])"))->audiences, ElementsAre("a", "b"));
  EXPECT_THAT(ParseTokenClaims(With(R"("aud":[])"))->audiences, IsEmpty());
}

TEST(TokenClaims, GrantTheUnionOfTheirEntries) {
  const auto claims = ParseTokenClaims(WithPrivate(R"("ns":["chat","game:*","global"])"));
  ASSERT_TRUE(claims.ok()) << claims.status();
  for (const std::string granted : {"chat", "global", "game:", "game:1", "game:*"}) {
    EXPECT_TRUE(GrantsNamespace(*claims, granted)) << granted;
  }
  for (const std::string other : {"", "cha", "chats", "Chat", "game", "games:1", " chat", "*"}) {
    EXPECT_FALSE(GrantsNamespace(*claims, other)) << other;
  }
  const auto all = ParseTokenClaims(WithPrivate(R"("ns":["*"])"));
  EXPECT_TRUE(GrantsNamespace(*all, "anything"));
}

struct BadClaims {
  std::string json, rule;
};

TEST(TokenClaims, AreRefusedWithTheRule) {
  const std::string long_text(257, 's');
  std::string many;
  for (int i = 0; i < 17; ++i) many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + R"(":"")";
  for (const auto& [json, rule] : std::vector<BadClaims>{
           {"", "JSON"},
           {"[]", "JSON"},
           {"\"text\"", "JSON"},
           {R"({"exp":1,"exp":2})", "once"},
           {WithPrivate(R"("ns":["a"],"ns":["b"])"), "once"},
           {"{}", "exp is missing"},
           {R"({"exp":"1700000000"})", "exp is a number"},
           {R"({"exp":null})", "exp is a number"},
           {R"({"exp":1700000000000})", "exp is a number"},
           {R"({"exp":1e400})", "JSON"},
           {R"({"exp":-1e300})", "exp is a number"},
           {With(R"("nbf":true)"), "nbf is a number"},
           {With(R"("iat":{})"), "iat is a number"},
           {With(R"("iss":7)"), "iss is text"},
           {With(R"("sub":")" + long_text + "\""), "sub is text"},
           {With(R"("sub":"a\u0000b")"), "sub is text"},
           {With(R"("jti":"a\nb")"), "jti is text"},
           {With(R"("aud":7)"), "aud is text"},
           {With(R"("aud":["a",7])"), "aud is text"},
           {With(R"("aud":{"a":1})"), "aud is text"},
           {With(R"("peerpigeon":[])"), "peerpigeon is an object"},
           {With(R"("peerpigeon":"chat")"), "peerpigeon is an object"},
           {WithPrivate(R"("ns":"chat")"), "ns is an array"},
           {WithPrivate(R"("ns":{"0":"chat"})"), "ns is an array"},
           {WithPrivate(R"("ns":["chat",7])"), "entry of peerpigeon.ns"},
           {WithPrivate(R"("ns":["chat",""])"), "entry of peerpigeon.ns"},
           {WithPrivate(R"("ns":["*chat"])"), "entry of peerpigeon.ns"},
           {WithPrivate(R"("ns":["a*b"])"), "entry of peerpigeon.ns"},
           {WithPrivate(R"("ns":["chat","game:**"])"), "entry of peerpigeon.ns"},
           {WithPrivate(R"("ns":["a\u0007"])"), "entry of peerpigeon.ns"},
           {WithPrivate(R"("ns":[")" + std::string(1025, 'n') + R"("])"), "entry of peerpigeon.ns"},
           {WithPrivate(R"("peer":"0123")"), "peerpigeon.peer"},
           {WithPrivate(R"("peer":7)"), "peerpigeon.peer"},
           {WithPrivate(R"("hub":"true")"), "peerpigeon.hub"},
           {WithPrivate(R"("hub":1)"), "peerpigeon.hub"},
           {WithPrivate(R"("attrs":[])"), "peerpigeon.attrs"},
           {WithPrivate(R"("attrs":{"a":1})"), "peerpigeon.attrs"},
           {WithPrivate(R"("attrs":{"":"a"})"), "peerpigeon.attrs"},
           {WithPrivate(R"("attrs":{"a":"b\u001b[2J"})"), "peerpigeon.attrs"},
           {WithPrivate(R"("attrs":{"a\n":"b"})"), "peerpigeon.attrs"},
           {WithPrivate(R"("attrs":{"a":")" + long_text + R"("})"), "peerpigeon.attrs"},
           {WithPrivate(R"("attrs":{")" + std::string(65, 'a') + R"(":"b"})"), "peerpigeon.attrs"},
           {WithPrivate(R"("attrs":{)" + many + "}"), "peerpigeon.attrs"}}) {
    const auto claims = ParseTokenClaims(json);
    ASSERT_FALSE(claims.ok()) << json;
    EXPECT_NE(claims.status().message().find(rule), absl::string_view::npos)
        << json << ": " << claims.status();
  }
}

}  // namespace
}  // namespace pigeonhub::auth
