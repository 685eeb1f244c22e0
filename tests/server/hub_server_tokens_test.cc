// SPDX-License-Identifier: Apache-2.0
//
// Tokens of peers, from the handshake to what operators see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <string>

#include "server/auth/token/key_file.h"
#include "server/auth/token/make_token.h"
#include "server/base/base64url.h"
#include "tests/server/hub_server_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";
constexpr char kOtherSecret[] = "fedcba9876543210fedcba9876543210";
constexpr char kHubKeys[] = "00112233445566778899aabbccddeeff";

UnixMillis InAnHour() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             (std::chrono::system_clock::now() + std::chrono::hours(1)).time_since_epoch())
      .count();
}

TokenClaims SomeClaims() {
  TokenClaims claims;
  claims.subject = "user42";
  claims.expires_at = InAnHour();
  claims.namespaces = {"chat"};
  claims.attributes = {{"tier", "pro"}};
  return claims;
}

std::string Token(const TokenClaims& claims, const char* secret = kSecret) {
  return *auth::MakeToken(claims, "main", *auth::ParseSigningKey(secret));
}

HubServerOptions Asking(PeerAuth auth) {
  HubServerOptions options = AnyPort();
  options.auth = auth;
  options.token_keys.files = {{"main", kSecret}};
  return options;
}

// The answer to a request for a WebSocket, whole.
std::string Ask(const HubServer& server, const std::string& query,
                const std::string& headers = "") {
  RawClient client(server.Addresses().front().port);
  client.Send(UpgradeRequest("/?peerId=" + kPeerId + query, headers));
  return client.ReadAnswer();
}

int StatusOf(const HubServer& server, const std::string& query, const std::string& headers = "") {
  RawClient client(server.Addresses().front().port);
  return client.Upgrade("/?peerId=" + kPeerId + query, headers);
}

TEST(HubServerTokens, LetPeersInWhoseTokenIsGood) {
  HubServer server(Asking(PeerAuth::kRequired));
  ASSERT_TRUE(server.Start().ok());
  const std::string token = Token(SomeClaims());
  EXPECT_EQ(StatusOf(server, "&token=" + token), 101);
  EXPECT_EQ(StatusOf(server, "", "Authorization: Bearer " + token + "\r\n"), 101);
  EXPECT_EQ(StatusOf(server, "",
                     "Sec-WebSocket-Protocol: base64url.bearer.authorization.k8s.io." +
                         ToBase64Url(token) + ", chat\r\n"),
            101);
}

TEST(HubServerTokens, AreAskedOfWhoeverBringsNone) {
  HubServer server(Asking(PeerAuth::kRequired));
  ASSERT_TRUE(server.Start().ok());
  const std::string answer = Ask(server, "");
  EXPECT_THAT(answer, HasSubstr("401 "));
  EXPECT_THAT(answer, HasSubstr("WWW-Authenticate: Bearer\r\n"));
  EXPECT_THAT(answer, HasSubstr("token_missing"));
  EXPECT_THAT(server.Metrics(),
              HasSubstr("\npigeonhub_refusals_total{reason=\"token_missing\"} 1\n"));
}

TEST(HubServerTokens, OfAnotherKeyAreRefusedInOneWord) {
  HubServer server(Asking(PeerAuth::kOptional));
  ASSERT_TRUE(server.Start().ok());
  TokenClaims expired = SomeClaims();
  expired.expires_at = 1000;
  const std::string answer = Ask(server, "&token=" + Token(expired, kOtherSecret));
  EXPECT_THAT(answer, HasSubstr("401 "));
  EXPECT_THAT(answer, HasSubstr("WWW-Authenticate: Bearer error=\"invalid_token\"\r\n"));
  EXPECT_THAT(answer, HasSubstr("token_invalid"));
  EXPECT_THAT(Ask(server, "&token=" + Token(expired)), HasSubstr("token_expired"));
}

TEST(HubServerTokens, BoundToAPeerAreForNobodyElse) {
  HubServer server(Asking(PeerAuth::kRequired));
  ASSERT_TRUE(server.Start().ok());
  TokenClaims claims = SomeClaims();
  claims.peer = Id(kPeerId);
  EXPECT_EQ(StatusOf(server, "&token=" + Token(claims)), 101);
  claims.peer = Id(kHubId);
  const std::string answer = Ask(server, "&token=" + Token(claims));
  EXPECT_THAT(answer, HasSubstr("403 "));
  EXPECT_THAT(answer, HasSubstr("token_wrong_peer"));
}

TEST(HubServerTokens, ThatFailTooOftenHaveTheirAddressWait) {
  HubServerOptions options = Asking(PeerAuth::kRequired);
  options.auth_failure_rate = Rate{.amount = 1, .per = std::chrono::hours(1), .burst = 3};
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const std::string good = "&token=" + Token(SomeClaims());
  for (int i = 0; i < 10; ++i) EXPECT_EQ(StatusOf(server, ""), 401) << "nothing was tried";
  EXPECT_EQ(StatusOf(server, good), 101);
  TokenClaims expired = SomeClaims();
  expired.expires_at = 1000;
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Ask(server, "&token=" + Token(expired)), HasSubstr("token_expired"));
  }
  for (const char* bad : {"nonsense", "a.b.c", "x"}) {
    EXPECT_THAT(Ask(server, std::string("&token=") + bad), HasSubstr("token_invalid"));
  }
  const std::string answer = Ask(server, good);
  EXPECT_THAT(answer, HasSubstr("429 "));
  EXPECT_THAT(answer, HasSubstr("\r\nRetry-After: 3600\r\n"));
  EXPECT_THAT(answer, HasSubstr("auth_failure_rate"));
  EXPECT_THAT(server.Metrics(),
              HasSubstr("\npigeonhub_refusals_total{reason=\"auth_failure_rate\"} 1\n"));
  RawClient elsewhere(server.Addresses().front().port, "127.0.0.1", 0, "127.0.0.2");
  EXPECT_EQ(elsewhere.Upgrade("/?peerId=" + kPeerId + good), 101);
}

TEST(HubServerTokens, WithADrainedAttributeAreTurnedAwayBeforeTheUpgrade) {
  HubServer server(Asking(PeerAuth::kOptional));
  ASSERT_TRUE(server.Start().ok());
  ASSERT_TRUE(server.DrainPeers({{"tier", "pro"}}, std::chrono::seconds(0)).ok());
  TokenClaims claims = SomeClaims();
  const std::string answer = Ask(server, "&token=" + Token(claims));
  EXPECT_THAT(answer, HasSubstr("503 "));
  EXPECT_THAT(answer, HasSubstr("\r\nRetry-After: 5\r\n"));
  EXPECT_THAT(answer, HasSubstr("draining: "));
  EXPECT_THAT(server.Metrics(), HasSubstr("\npigeonhub_refusals_total{reason=\"draining\"} 1\n"));
  claims.attributes = {{"tier", "free"}};
  EXPECT_EQ(StatusOf(server, "&token=" + Token(claims)), 101);
  claims.attributes = {};
  EXPECT_EQ(StatusOf(server, "&token=" + Token(claims)), 101);
  EXPECT_EQ(StatusOf(server, ""), 101);
}

TEST(HubServerTokens, AreNotLookedAtUnlessAskedFor) {
  HubServer server(Asking(PeerAuth::kNone));
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(StatusOf(server, "&token=nonsense"), 101);
}

TEST(HubServerTokens, AreNotAskedOfAHubThatHasAKeyOfTheMesh) {
  Heard heard;
  HubServerOptions asking = Asking(PeerAuth::kRequired);
  asking.is_hub = true;
  asking.hub_keys = kHubKeys;
  HubServer server(asking);
  ASSERT_TRUE(server.Start().ok());
  HubServerOptions dialing = AnyPort();
  dialing.is_hub = true;
  dialing.hub_keys = kHubKeys;
  dialing.bootstrap_hubs = {"ws://127.0.0.1:" + std::to_string(server.Addresses().front().port)};
  HubServer other(dialing);
  server.On<HubRegistered>([&](const HubRegistered&) { heard.Add("hub"); });
  ASSERT_TRUE(other.Start().ok());
  EXPECT_TRUE(heard.WaitFor("hub"));
}

TEST(HubServerTokens, GrantNamespacesAndAreSeenByOperators) {
  HubServer server(Asking(PeerAuth::kRequired));
  ASSERT_TRUE(server.Start().ok());
  RawClient peer(server.Addresses().front().port);
  ASSERT_EQ(peer.Upgrade("/?peerId=" + kPeerId + "&token=" + Token(SomeClaims())), 101);
  Announce(peer, "chat", "{}");
  peer.SendText(R"({"type":"announce","networkName":"other","data":{}})");
  EXPECT_THAT(peer.ReadTextWith("\"error\""), HasSubstr("other"));
  const auto record = server.GetPeer(Id(kPeerId));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(*record->network, "chat");
  ASSERT_NE(record->claims, nullptr);
  EXPECT_EQ(record->claims->subject, "user42");
}

TEST(HubServerTokens, AreNotNeededWhereAPolicyLetsAnyoneIn) {
  HubServerOptions options = Asking(PeerAuth::kOptional);
  options.namespaces = {{"lobby", {.who = WhoMayEnter::kAnyone}}};
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  RawClient peer = Connected(server, kPeerId);
  peer.SendText(R"({"type":"announce","networkName":"chat","data":{}})");
  EXPECT_THAT(peer.ReadTextWith("\"error\""), HasSubstr("chat"));
  Announce(peer, "lobby", "{}");
  EXPECT_EQ(*server.GetPeer(Id(kPeerId))->network, "lobby");
}

TEST(HubServerTokens, ReachNoLogNoEventNoFigureAndNoAnswer) {
  std::mutex mutex;
  std::string said;
  const auto note = [&](std::string_view text) {
    const std::lock_guard lock(mutex);
    said += text;
    said += '\n';
  };
  HubServerOptions options = Asking(PeerAuth::kRequired);
  options.log_level = LogLevel::kDebug;
  options.log = [&](LogLevel, std::string_view line) { note(line); };
  const std::string good = Token(SomeClaims());
  const std::string bad = Token(SomeClaims(), kOtherSecret);
  {
    HubServer server(options);
    ASSERT_TRUE(server.Start().ok());
    RawClient peer(server.Addresses().front().port);
    ASSERT_EQ(peer.Upgrade("/?peerId=" + kPeerId + "&token=" + good), 101);
    Announce(peer, "chat", "{}");
    for (const std::string& query : {"&token=" + bad, "&token=x" + good, "&token=" + good + "."}) {
      note(Ask(server, query));
      note(Ask(server, "", "Authorization: Bearer " + query.substr(7) + "\r\n"));
    }
    for (const PeerRecord& record : server.ListPeers({}, 0, 10).page.peers) note(record.address);
    note(server.Metrics());
    RawClient http(server.Addresses().front().port);
    http.Send("GET /hubs?token=" + good + " HTTP/1.1\r\nHost: x\r\n\r\n");
    note(http.ReadAnswer());
  }
  EXPECT_THAT(said, HasSubstr("token_invalid"));
  for (const std::string& token : {good, bad}) {
    EXPECT_THAT(said, Not(HasSubstr(token.substr(0, 20))));
    EXPECT_THAT(said, Not(HasSubstr(token.substr(token.rfind('.')))));
  }
}

TEST(HubServerTokens, AreCheckedWithTheKeysThatReplaceOthers) {
  HubServer server(Asking(PeerAuth::kRequired));
  ASSERT_TRUE(server.Start().ok());
  const std::string token = Token(SomeClaims(), kOtherSecret);
  EXPECT_EQ(server.CheckToken(token).reason, Reason::kTokenInvalid);
  EXPECT_FALSE(server.SetTokenKeys(TokenKeys{.files = {{"main", "short"}}}).ok());
  EXPECT_EQ(server.CheckToken(Token(SomeClaims())).claims->subject, "user42") << "the old key";
  ASSERT_TRUE(server.SetTokenKeys(TokenKeys{.files = {{"main", kOtherSecret}}}).ok());
  ASSERT_NE(server.CheckToken(token).claims, nullptr);
  EXPECT_EQ(StatusOf(server, "&token=" + token), 101);
}

TEST(HubServerTokens, CountKeysThatWereReplacedAndThoseThatCouldNotBeUsed) {
  HubServer server(Asking(PeerAuth::kRequired));
  EXPECT_THAT(server.Metrics(), HasSubstr("\npigeonhub_token_files_refused 0\n"));
  EXPECT_FALSE(server.SetTokenKeys(TokenKeys{.files = {{"main", "short"}}}).ok());
  EXPECT_EQ(server.SetTokenKeys(absl::UnavailableError("cannot be read")).message(),
            "cannot be read");
  EXPECT_THAT(server.Metrics(), HasSubstr("\npigeonhub_token_files_refused 1\n"));
  ASSERT_TRUE(server.SetTokenKeys(TokenKeys{.files = {{"main", kOtherSecret}}}).ok());
  EXPECT_THAT(server.Metrics(), HasSubstr("\npigeonhub_token_files_refused 0\n"));
  EXPECT_THAT(server.Metrics(),
              HasSubstr("\npigeonhub_token_files_changes_total{result=\"ok\"} 1\n"
                        "pigeonhub_token_files_changes_total{result=\"refused\"} 2\n"));
}

TEST(HubServerTokens, NeedKeysAndOptionsThatFit) {
  HubServerOptions without_keys = AnyPort();
  without_keys.auth = PeerAuth::kRequired;
  EXPECT_THAT(HubServer(without_keys).Start().message(), HasSubstr("auth: "));
  HubServerOptions cookie = Asking(PeerAuth::kRequired);
  cookie.token_cookie = "session";
  EXPECT_THAT(HubServer(cookie).Start().message(), HasSubstr("token_cookie: "));
  HubServerOptions provider = AnyPort();
  provider.token_jwks_url = "https://app.example/jwks.json";
  EXPECT_THAT(HubServer(provider).Start().message(), HasSubstr("token_audience: "));
  HubServerOptions bad_key = Asking(PeerAuth::kRequired);
  bad_key.token_keys.files = {{"main", "\n\nshort"}};
  EXPECT_THAT(HubServer(bad_key).Start().message(), HasSubstr("3"));
}

}  // namespace
}  // namespace pigeonhub
