// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/peer_credentials.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "server/base/base64url.h"
#include "server/net/http/bearer_protocol.h"

namespace pigeonhub::net {
namespace {

constexpr char kPrefix[] = "base64url.bearer.authorization.k8s.io.";

// What a client brings, in one way or in several.
struct Brought {
  std::string target = "/";
  std::string authorization{};
  std::string protocols{};
  std::string cookies{};

  std::optional<std::string> Token(const PeerTokenRules& rules) const {
    HttpRequest request;
    request.target = target;
    request.authorization = authorization;
    request.websocket_protocols = protocols;
    request.header = [this](std::string_view name) {
      return name == "Cookie" ? std::string_view(cookies) : std::string_view();
    };
    return PeerTokenOf(request, rules);
  }
};

const PeerTokenRules kRules{PeerAuth::kRequired, "session", true};

TEST(PeerToken, IsFoundInEachPlaceThatMayHaveIt) {
  EXPECT_EQ(Brought{.authorization = "Bearer a.b.c"}.Token(kRules), "a.b.c");
  EXPECT_EQ(Brought{.authorization = "bearer  a.b.c "}.Token(kRules), "a.b.c");
  EXPECT_EQ(Brought{.cookies = "session=a.b.c"}.Token(kRules), "a.b.c");
  EXPECT_EQ(Brought{.cookies = "x=1; session=\"a.b.c\"; y=2"}.Token(kRules), "a.b.c");
  EXPECT_EQ(Brought{.cookies = "x=1, session=a.b.c"}.Token(kRules), "a.b.c") << "two headers";
  EXPECT_EQ(Brought{.protocols = "chat, " + (kPrefix + ToBase64Url("a.b.c"))}.Token(kRules),
            "a.b.c");
  EXPECT_EQ(Brought{.target = "/?peerId=1&token=a.b.c"}.Token(kRules), "a.b.c");
}

TEST(PeerToken, IsTheFirstOneThatIsThere) {
  Brought brought{.target = "/?token=url",
                  .authorization = "Bearer header",
                  .protocols = "chat," + (kPrefix + ToBase64Url("protocol")),
                  .cookies = "session=cookie"};
  EXPECT_EQ(brought.Token(kRules), "header");
  brought.authorization.clear();
  EXPECT_EQ(brought.Token(kRules), "cookie");
  brought.cookies = "other=1";
  EXPECT_EQ(brought.Token(kRules), "protocol");
  brought.protocols = "chat";
  EXPECT_EQ(brought.Token(kRules), "url");
}

TEST(PeerToken, IsNotLookedForWhereItMayNotBe) {
  const PeerTokenRules strict{PeerAuth::kRequired, "", false};
  EXPECT_EQ(Brought{.cookies = "session=a.b.c"}.Token(strict), std::nullopt);
  EXPECT_EQ(Brought{.target = "/?token=a.b.c"}.Token(strict), std::nullopt);
}

TEST(PeerToken, IsNotTheTokenOfAHubNorAnotherCredential) {
  EXPECT_EQ(Brought{.authorization = "Bearer hub1.1.2.3"}.Token(kRules), std::nullopt);
  EXPECT_EQ(Brought{.authorization = "Basic YTpi"}.Token(kRules), std::nullopt);
  EXPECT_EQ(Brought{.target = "/?hubToken=a.b.c"}.Token(kRules), std::nullopt);
  EXPECT_EQ(Brought{.cookies = "xsession=a; session2=b"}.Token(kRules), std::nullopt);
  EXPECT_EQ(Brought{}.Token(kRules), std::nullopt);
}

TEST(PeerToken, InASubprotocolIsNoneToSpeak) {
  const std::string token = kPrefix + ToBase64Url("a.b.c");
  EXPECT_EQ(FirstProtocolIn(token + ", chat"), "chat");
  EXPECT_EQ(FirstProtocolIn("chat, " + token), "chat");
  EXPECT_EQ(FirstProtocolIn(token), "");
  EXPECT_EQ(TokenAmongProtocols("chat"), std::nullopt);
  EXPECT_EQ(TokenAmongProtocols(std::string(kPrefix) + "$"), "$") << "no token, and refused as one";
}

TEST(PeerToken, ThatIsRefusedIsToldSoInTheWordOfTheReason) {
  const auto challenge = [](Reason reason) {
    const HandshakeRefusal refusal = TokenRefused(reason);
    EXPECT_TRUE(refusal.response.body.starts_with(std::string(ReasonName(reason)) + ": "))
        << refusal.response.body;
    const std::map<std::string, std::string> headers(refusal.response.headers.begin(),
                                                     refusal.response.headers.end());
    const auto found = headers.find("WWW-Authenticate");
    return std::to_string(refusal.response.status) + " " +
           (found == headers.end() ? "" : found->second);
  };
  EXPECT_EQ(challenge(Reason::kTokenMissing), "401 Bearer");
  for (Reason reason :
       {Reason::kTokenInvalid, Reason::kTokenMalformed, Reason::kTokenExpired,
        Reason::kTokenNotYetValid, Reason::kTokenWrongAudience, Reason::kTokenWrongIssuer}) {
    EXPECT_EQ(challenge(reason), "401 Bearer error=\"invalid_token\"");
  }
  EXPECT_EQ(challenge(Reason::kTokenWrongPeer), "403 ");
}

}  // namespace
}  // namespace pigeonhub::net
