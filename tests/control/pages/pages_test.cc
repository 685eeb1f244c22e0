// SPDX-License-Identifier: Apache-2.0

#include "control/pages/pages.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <string_view>

#include "control/web/gzip.h"
#include "server/auth/token/make_token.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

constexpr char kSecret[] = "0123456789abcdef0123456789abcdef";

// A hub with pages.
class PagesTest : public testing::Test {
 protected:
  void Start(PagesOptions options, HubServerOptions hub = {}) {
    options.files = files_;
    pages_.emplace(std::move(options), clock_);
    hub.host = "127.0.0.1";
    hub.port = 0;
    hub.io_threads = 1;
    pages_->AddTo(hub);
    hub_.emplace(std::move(hub));
    pages_->Serve(*hub_);
    ASSERT_TRUE(hub_->Start().ok());
    port_ = hub_->Addresses().front().port;
  }
  // From a program on this machine, with more headers, each with its line end.
  std::string Get(const std::string& target, const std::string& headers = {}) const {
    return HttpExchange(port_, "GET " + target +
                                   " HTTP/1.1\r\nHost: localhost:" + std::to_string(port_) +
                                   "\r\nConnection: close\r\n" + headers + "\r\n");
  }
  static int StatusOf(const std::string& answer) { return std::stoi(answer.substr(9, 3)); }
  // Of the key kSecret, for a minute.
  std::string GoodToken(std::optional<PeerId> peer = std::nullopt) const {
    TokenClaims claims;
    claims.peer = peer;
    claims.namespaces = {"*"};
    claims.issued_at = clock_.Read().unix_ms;
    claims.expires_at = claims.issued_at + 60'000;
    return *auth::MakeToken(claims, "k", auth::Secret(kSecret));
  }

  const SystemClock clock_;
  const std::string packed_ = Gzip("a");
  const std::array<EmbeddedFile, 2> files_ = {
      EmbeddedFile{"peers/client.js", "text/javascript", "\"c\"", 1, packed_},
      EmbeddedFile{"peers/demo.html", "text/html", "\"d\"", 1, packed_}};
  std::optional<Pages> pages_;
  std::optional<HubServer> hub_;  // goes first
  uint16_t port_ = 0;
};

PagesOptions WithTurn() {
  return {
      .has_ice = true,
      .ice = {.urls = {"turn:t.example"}, .turn_secret = "north", .ttl = std::chrono::hours(1)}};
}

TEST_F(PagesTest, AreThoseThatWereAskedFor) {
  Start({});
  for (const char* path :
       {"/client.js", "/ice", "/demo", "/dev.json", "/explain", "/qr.svg?text=a"}) {
    EXPECT_NE(Get(path).find("\nPeerPigeon WebSocket Signaling Server\n"), std::string::npos)
        << path;
  }
}

TEST_F(PagesTest, AreTheScriptsAloneWithoutDev) {
  Start({.has_client = true, .has_ice = true});
  EXPECT_TRUE(Get("/client.js").ends_with("\r\n\r\na"));
  EXPECT_EQ(StatusOf(Get("/peerpigeon.js")), 404) << "this build has none";
  EXPECT_TRUE(Get("/ice").ends_with("{\"iceServers\":[],\"ttl\":0}\n")) << Get("/ice");
  EXPECT_NE(Get("/demo").find("PeerPigeon"), std::string::npos);
}

TEST_F(PagesTest, GiveCredentialsToNobodyWhoIsUnknown) {
  Start(WithTurn());
  const std::string refused = Get("/ice");
  EXPECT_EQ(StatusOf(refused), 403);
  EXPECT_NE(refused.find("see docs/app-developers.md#token\n"), std::string::npos) << refused;
  EXPECT_EQ(refused.find("credential\""), std::string::npos) << refused;
  // Without --auth there are no tokens, so none is good.
  EXPECT_EQ(StatusOf(Get("/ice?token=x")), 403);
  EXPECT_EQ(StatusOf(Get("/ice", "Origin: https://any.example\r\n")), 403);
}

TEST_F(PagesTest, GiveCredentialsToWhoShowsAToken) {
  HubServerOptions hub;
  hub.auth = PeerAuth::kRequired;
  hub.token_keys.files = {{"k", kSecret}};
  Start(WithTurn(), std::move(hub));
  const std::string token = GoodToken();
  const std::string peer(40, 'a');
  const std::string given = Get("/ice?peer=" + peer + "&token=" + token);
  EXPECT_EQ(StatusOf(given), 200);
  EXPECT_NE(given.find(":" + peer + "\",\"credential\":\""), std::string::npos) << given;
  EXPECT_NE(given.find("Cache-Control: no-store\r\n"), std::string::npos) << given;
  const std::string bound = GoodToken(PeerId::Parse(std::string(40, 'b')));
  const std::string of_its_peer = Get("/ice?peer=" + peer + "&token=" + bound);
  EXPECT_NE(of_its_peer.find(":" + std::string(40, 'b') + "\",\"credential\":\""),
            std::string::npos)
      << of_its_peer;
  EXPECT_EQ(StatusOf(Get("/ice", "Authorization: Bearer " + token + "\r\n")), 200);
  EXPECT_EQ(StatusOf(Get("/ice", "Authorization: Bearer " + token + "x\r\n")), 403);
  EXPECT_EQ(StatusOf(Get("/ice")), 403);
}

TEST_F(PagesTest, SayWhyATokenBringsNoCredentials) {
  HubServerOptions hub;
  hub.auth = PeerAuth::kRequired;
  hub.token_keys.files = {{"k", kSecret}};
  Start(WithTurn(), std::move(hub));
  const std::string bad = Get("/ice?token=nonsense");
  EXPECT_EQ(StatusOf(bad), 403);
  EXPECT_NE(bad.find("\r\n\r\ntoken_"), std::string::npos) << bad;
  EXPECT_EQ(StatusOf(Get("/ice?token=" + GoodToken())), 200);
  const BanOrder order{.target = {BanTarget::Kind::kAddress, "127.0.0.1"},
                       .duration = std::chrono::hours(1)};
  ASSERT_TRUE(hub_->Ban(order).ok());
  const std::string banned = Get("/ice?token=" + GoodToken());
  EXPECT_EQ(StatusOf(banned), 403);
  EXPECT_NE(banned.find("\r\n\r\nbanned: "), std::string::npos) << banned;
}

// Who guesses tokens at /ice comes no further than who guesses them where peers connect.
TEST_F(PagesTest, LetNobodyGuessTokensAtIce) {
  HubServerOptions hub;
  hub.auth = PeerAuth::kRequired;
  hub.token_keys.files = {{"k", kSecret}};
  hub.auth_failure_rate = Rate{.amount = 1, .per = std::chrono::hours(1), .burst = 3};
  Start(WithTurn(), std::move(hub));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(StatusOf(Get("/ice")), 403) << "nothing was tried";
  for (const char* bad : {"nonsense", "a.b.c", "x"}) {
    EXPECT_EQ(StatusOf(Get(std::string("/ice?token=") + bad)), 403) << bad;
  }
  const std::string refused = Get("/ice?token=" + GoodToken());
  EXPECT_EQ(StatusOf(refused), 429);
  EXPECT_NE(refused.find("\r\nRetry-After: 3"), std::string::npos) << refused;
  EXPECT_NE(refused.find("auth_failure_rate: too many tokens of this address failed"),
            std::string::npos)
      << refused;
  EXPECT_EQ(refused.find("Content-Type: "), refused.rfind("Content-Type: ")) << refused;
  RawClient peer(port_);
  EXPECT_EQ(peer.Upgrade("/?peerId=" + std::string(40, 'a') + "&token=" + GoodToken()), 429);
  const std::string metrics = hub_->Metrics();
  EXPECT_NE(metrics.find("\npigeonhub_refusals_total{reason=\"auth_failure_rate\"} 2\n"),
            std::string::npos);
}

TEST_F(PagesTest, GiveCredentialsToPagesThatMayConnect) {
  HubServerOptions hub;
  hub.allow_origins = {"https://app.example"};
  Start(WithTurn(), std::move(hub));
  EXPECT_EQ(StatusOf(Get("/ice", "Origin: https://app.example\r\n")), 200);
  EXPECT_EQ(StatusOf(Get("/ice", "Origin: https://other.example\r\n")), 403);
}

TEST_F(PagesTest, GiveCredentialsToNoBannedAddress) {
  HubServerOptions hub;
  hub.allow_origins = {"https://app.example"};
  PagesOptions pages = WithTurn();
  pages.dev = DevReach::kThisMachine;
  Start(std::move(pages), std::move(hub));
  const BanOrder order{.target = {BanTarget::Kind::kAddress, "127.0.0.1"},
                       .duration = std::chrono::hours(1)};
  ASSERT_TRUE(hub_->Ban(order).ok());
  for (const char* origin : {"Origin: https://app.example\r\n", ""}) {
    const std::string banned = Get("/ice", origin);
    EXPECT_EQ(StatusOf(banned), 403) << origin;
    EXPECT_NE(banned.find("\r\n\r\nbanned: "), std::string::npos) << banned;
  }
  EXPECT_NE(hub_->Metrics().find("\npigeonhub_refusals_total{reason=\"banned\"} 2\n"),
            std::string::npos);
}

TEST_F(PagesTest, TakeNobodyWithoutAnIdForTheOneOfZeros) {
  HubServerOptions hub;
  hub.allow_origins = {"https://app.example"};
  hub.auth = PeerAuth::kOptional;
  hub.token_keys.files = {{"k", kSecret}};
  Start(WithTurn(), std::move(hub));
  const BanOrder order{.target = {BanTarget::Kind::kPeer, std::string(PeerId().text())},
                       .duration = std::chrono::hours(1)};
  ASSERT_TRUE(hub_->Ban(order).ok());
  EXPECT_EQ(StatusOf(Get("/ice", "Origin: https://app.example\r\n")), 200);
  EXPECT_EQ(StatusOf(Get("/ice?token=" + GoodToken())), 200);
  EXPECT_EQ(StatusOf(Get("/ice?token=" + GoodToken(PeerId()))), 403);
}

// A browser takes an answer of another origin only if exactly one header names its page's.
TEST_F(PagesTest, LetPagesThatMayConnectReadTheIceServers) {
  HubServerOptions hub;
  hub.allow_origins = {"https://app.example", "https://*.b.example"};
  Start(WithTurn(), std::move(hub));
  for (const std::string origin : {"https://app.example", "https://a.b.example"}) {
    const std::string answer = Get("/ice?peer=x", "Origin: " + origin + "\r\n");
    EXPECT_EQ(StatusOf(answer), 200);
    const std::string header = "\r\nAccess-Control-Allow-Origin: ";
    const size_t found = answer.find(header + origin + "\r\n");
    ASSERT_NE(found, std::string::npos) << answer;
    EXPECT_EQ(answer.find(header), found) << answer;
    EXPECT_EQ(answer.find(header, found + 1), std::string::npos) << answer;
    EXPECT_NE(answer.find("\r\nVary: Origin\r\n"), std::string::npos) << answer;
  }
}

TEST(Pages, HaveAPathForAllThatTheDemoLoads) {
  const SystemClock clock{};
  Pages pages({.has_client = true, .dev = DevReach::kThisMachine}, clock);
  HubServerOptions hub;
  pages.AddTo(hub);
  std::ifstream file(PIGEONHUB_SOURCE_DIR "/console/demo/demo.html");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  const std::regex address("(?:href|src)=\"([^\"]*)\"");
  size_t count = 0;
  for (std::sregex_iterator at(page.begin(), page.end(), address), end; at != end; ++at, ++count) {
    EXPECT_TRUE(hub.routes.contains((*at)[1].str())) << (*at)[1];
  }
  EXPECT_GE(count, 4u);
}

TEST(Pages, HaveAPathForEveryFileOfPeers) {
  if (EmbeddedFiles().empty()) GTEST_SKIP() << "this build has no npm, and so no files";
  const SystemClock clock{};
  Pages pages({.has_client = true, .dev = DevReach::kThisMachine}, clock);
  HubServerOptions hub;
  pages.AddTo(hub);
  constexpr std::string_view kFolder = "peers/", kPage = ".html";
  for (const EmbeddedFile& file : EmbeddedFiles()) {
    if (!file.path.starts_with(kFolder)) continue;
    std::string_view path = file.path.substr(kFolder.size() - 1);
    if (path.ends_with(kPage)) path.remove_suffix(kPage.size());
    EXPECT_TRUE(hub.routes.contains(std::string(path))) << path;
  }
}

TEST_F(PagesTest, TellADeveloperAllAndOtherSitesNothing) {
  PagesOptions options = WithTurn();
  options.dev = DevReach::kThisMachine;
  options.make_token = [] { return "eyJ"; };
  options.addresses = [] { return std::vector<std::string>{"http://192.0.2.1:1"}; };
  Start(std::move(options));
  EXPECT_TRUE(Get("/demo").ends_with("\r\n\r\na"));
  EXPECT_EQ(StatusOf(Get("/qr.svg?text=a")), 200);
  EXPECT_TRUE(
      Get("/dev.json")
          .ends_with("{\"addresses\":[\"http://192.0.2.1:1\"],\"lan\":false,\"token\":\"eyJ\"}\n"));
  EXPECT_EQ(StatusOf(Get("/ice")), 200);
  const std::string ids = "?from=" + std::string(40, 'a') + "&to=" + std::string(40, 'b');
  EXPECT_NE(Get("/explain" + ids).find("\"text\":\"never seen\""), std::string::npos)
      << Get("/explain" + ids);
  EXPECT_EQ(StatusOf(Get("/explain")), 400);
  EXPECT_EQ(StatusOf(Get("/dmeo")), 404);
  for (const std::string& path :
       {std::string("/dev.json"), std::string("/ice"), "/explain" + ids}) {
    EXPECT_EQ(StatusOf(Get(path, "Origin: https://evil.example\r\n")), 403) << path;
  }
}

}  // namespace
}  // namespace pigeonhub
