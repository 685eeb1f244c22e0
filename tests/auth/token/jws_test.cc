// SPDX-License-Identifier: Apache-2.0

#include "server/auth/token/jws.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub::auth {
namespace {

TEST(Jws, HasThreeParts) {
  const auto jws = ParseJws("e30.QQ.AA");
  ASSERT_TRUE(jws.ok()) << jws.status();
  EXPECT_EQ(jws->header, "{}");
  EXPECT_EQ(jws->payload, "A");
  EXPECT_EQ(jws->signature, std::string(1, '\0'));
  EXPECT_EQ(jws->signed_text, "e30.QQ");
  EXPECT_TRUE(ParseJws("..").ok());
}

TEST(Jws, IsNothingElse) {
  for (const std::string bad :
       {"", ".", "e30", "e30.QQ", "e30.QQ.AA.", "e30.QQ.AA.AA", "e30.QQ.AA.AA.AA",
        "e30.QQ.AA=", "e30.QQ.AA\n", " e30.QQ.AA", "e30.Q Q.AA", "e30.QR.AA", "e30.QQ.A",
        "e3+.QQ.AA", "{\"payload\":\"QQ\"}"}) {
    EXPECT_FALSE(ParseJws(bad).ok()) << bad;
  }
}

TEST(Jws, HasEightKibibytesAtMost) {
  const std::string longest = "e30.QQQ." + std::string(8184, 'A');
  ASSERT_EQ(longest.size(), 8192U);
  EXPECT_TRUE(ParseJws(longest).ok());
  EXPECT_FALSE(ParseJws(longest + "AAAA").ok());
}

TEST(JwsHeader, SaysAlgorithmAndKey) {
  const auto header = ParseJwsHeader(R"({"alg":"ES256","kid":"2026-11","typ":"JWT","x":[1]})");
  ASSERT_TRUE(header.ok()) << header.status();
  EXPECT_EQ(header->algorithm, Algorithm::kEs256);
  EXPECT_EQ(header->kid, "2026-11");
  EXPECT_EQ(ParseJwsHeader(R"({"alg":"HS256"})")->kid, std::nullopt);
}

TEST(JwsHeader, IsOfATokenInWhateverCase) {
  for (const std::string type : {"JWT", "jwt", "at+jwt", "application/at+JWT"}) {
    EXPECT_TRUE(ParseJwsHeader(R"({"alg":"HS256","typ":")" + type + R"("})").ok()) << type;
  }
}

struct BadHeader {
  std::string json, rule;
};

TEST(JwsHeader, IsRefusedWithTheRule) {
  const std::string deep = std::string(8, '[') + "1" + std::string(8, ']');
  for (const auto& [json, rule] : std::vector<BadHeader>{
           {"", "JSON"},
           {"[]", "JSON"},
           {"{", "JSON"},
           {"{}x", "JSON"},
           {R"({"alg":"HS256","alg":"HS256"})", "once"},
           {R"({"alg":"HS256","\u0061lg":"none"})", "once"},
           {R"({"alg":"HS256","x":{"y":1,"y":2}})", "once"},
           {R"({"alg":"HS256","x":)" + deep + "}", "JSON"},
           {R"({"alg":"HS256","kid":"\ud800"})", "JSON"},
           {R"({"kid":"a"})", "alg"},
           {R"({"alg":"none"})", "alg"},
           {R"({"alg":"None"})", "alg"},
           {R"({"alg":""})", "alg"},
           {R"({"alg":null})", "alg"},
           {R"({"alg":["HS256"]})", "alg"},
           {R"({"alg":"hs256"})", "alg"},
           {R"({"alg":"HS256 "})", "alg"},
           {R"({"alg":"ES512"})", "alg"},
           {R"({"alg":"PS512"})", "alg"},
           {R"({"alg":"HS256","crit":[]})", "extension"},
           {R"({"alg":"HS256","crit":["exp"]})", "extension"},
           {R"({"alg":"HS256","b64":true})", "extension"},
           {R"({"alg":"HS256","typ":"logout+jwt"})", "typ"},
           {R"({"alg":"HS256","typ":1})", "typ"},
           {R"({"alg":"HS256","kid":7})", "kid"},
           {R"({"alg":"HS256","kid":")" + std::string(257, 'k') + R"("})", "kid"}}) {
    const auto header = ParseJwsHeader(json);
    ASSERT_FALSE(header.ok()) << json;
    EXPECT_NE(header.status().message().find(rule), absl::string_view::npos)
        << json << ": " << header.status();
  }
}

}  // namespace
}  // namespace pigeonhub::auth
