// SPDX-License-Identifier: Apache-2.0
//
// The address of a client behind a proxy, as everybody sees it; and pages of other origins.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "server/base/proxy_header.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

constexpr char kFromAClient[] = "X-Forwarded-For: 203.0.113.9, 198.51.100.1\r\n";

TEST(HubServerBehindAProxy, ShowsTheAddressOfTheClientEverywhere) {
  Heard heard;
  HubServerOptions options = AnyPort();
  options.trust_proxies = {"127.0.0.0/8"};
  options.admit = [&](const Request& request) {
    heard.Add("admit " + std::string(request.address));
    return request.peer_id == kHubId ? absl::PermissionDeniedError("no") : absl::OkStatus();
  };
  options.routes["/me"] = [](const Request& request) {
    return Response{.body = std::string(request.address)};
  };
  HubServer server(options);
  server.On<PeerConnected>(
      [&](const PeerConnected& peer) { heard.Add("connected " + peer.address); });
  server.On<PeerRefused>([&](const PeerRefused& peer) { heard.Add("refused " + peer.address); });
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;

  RawClient client(port);
  ASSERT_EQ(client.Upgrade("/?peerId=" + kPeerId, kFromAClient), 101);
  EXPECT_TRUE(heard.WaitFor("admit 198.51.100.1"));
  EXPECT_TRUE(heard.WaitFor("connected 198.51.100.1"));
  EXPECT_EQ(server.GetPeer(Id(kPeerId))->address, "198.51.100.1");

  RawClient refused(port);
  EXPECT_EQ(refused.Upgrade("/?peerId=" + kHubId, "Forwarded: for=198.51.100.2\r\n"), 403);
  EXPECT_TRUE(heard.WaitFor("refused 198.51.100.2"));

  const std::string answer =
      HttpExchange(port, "GET /me HTTP/1.0\r\n" + std::string(kFromAClient) + "\r\n");
  EXPECT_TRUE(answer.ends_with("\r\n\r\n198.51.100.1")) << answer;
}

TEST(HubServerBehindAProxy, BelievesNobodyByDefault) {
  Heard heard;
  HubServer server(AnyPort());
  server.On<PeerConnected>([&](const PeerConnected& peer) { heard.Add(peer.address); });
  ASSERT_TRUE(server.Start().ok());
  RawClient client(server.Addresses().front().port);
  ASSERT_EQ(client.Upgrade("/?peerId=" + kPeerId, kFromAClient), 101);
  EXPECT_TRUE(heard.WaitFor("127.0.0.1"));
}

TEST(HubServerBehindAProxy, AdmitsAHubByTheAddressOfTheClientAndNotByThatOfTheProxy) {
  Heard heard;
  HubServerOptions options = AnyPort();
  options.is_hub = true;
  options.hub_peer_id = Id(std::string(40, 'c'));
  options.auto_connect = false;
  options.trust_proxies = {"127.0.0.1/32"};
  options.hub_allow = {*AllowedHub::Parse(kHubId + "@198.51.100.0/24"),
                       *AllowedHub::Parse(kPeerId + "@127.0.0.0/8")};
  HubServer server(options);
  server.On<HubRegistered>(
      [&](const HubRegistered& hub) { heard.Add(std::string(hub.peer.text())); });
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;

  RawClient hub(port);
  ASSERT_EQ(hub.Upgrade("/?peerId=" + kHubId, "X-Forwarded-For: 198.51.100.1\r\n"), 101);
  Announce(hub, std::string(kDefaultHubMeshNamespace), R"({"isHub":true})");
  EXPECT_TRUE(heard.WaitFor(kHubId));

  // The proxy says nothing of whom it asks for: that may be anybody.
  RawClient stranger(port);
  ASSERT_EQ(stranger.Upgrade("/?peerId=" + kPeerId), 101);
  EXPECT_EQ(stranger.ReadClose()->close_text(), "Hub id reserved");
}

TEST(HubServerBehindAProxy, BelievesTheProxyProtocol) {
  Heard heard;
  HubServerOptions options = AnyPort();
  options.trust_proxies = {"127.0.0.1/32"};
  options.proxy_protocol = true;
  HubServer server(options);
  server.On<PeerConnected>([&](const PeerConnected& peer) { heard.Add(peer.address); });
  ASSERT_TRUE(server.Start().ok());
  RawClient client(server.Addresses().front().port);
  ASSERT_TRUE(client.Send("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n"));
  ASSERT_EQ(client.Upgrade("/?peerId=" + kPeerId), 101);
  EXPECT_TRUE(heard.WaitFor("2001:db8::1"));
}

TEST(HubServerBehindAProxy, TellsNobodyBehindAProxyWhatHubsSayOfThemselves) {
  HubServerOptions options = AnyPort();
  options.is_hub = true;
  options.auto_connect = false;
  options.hub_admission = HubAdmission::kOpen;
  options.trust_proxies = {"127.0.0.1/32"};
  options.proxy_protocol = true;
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;
  const std::string local(kLocalProxyHeader);
  RawClient hub(port);
  ASSERT_TRUE(hub.Send(local));
  ASSERT_EQ(hub.Upgrade("/?peerId=" + kHubId), 101);
  Announce(hub, std::string(kDefaultHubMeshNamespace), R"({"isHub":true,"region":"secret"})");

  const std::string ask = "GET /hubs HTTP/1.0\r\nHost: localhost\r\n\r\n";
  EXPECT_NE(HttpExchange(port, local + ask).find("secret"), std::string::npos);
  const std::string answer = HttpExchange(port, "PROXY TCP4 192.0.2.1 203.0.113.1 1 1\r\n" + ask);
  EXPECT_NE(answer.find(kHubId), std::string::npos) << answer;
  EXPECT_EQ(answer.find("secret"), std::string::npos) << answer;
}

// Sixty clients come by a proxy that names each of them.
std::vector<RawClient> SixtyBehindAProxy(const HubServer& server) {
  std::vector<RawClient> clients;
  for (int i = 0; i < 60; ++i) {
    clients.emplace_back(server.Addresses().front().port);
    const std::string digits = std::to_string(100 + i);
    EXPECT_EQ(clients.back().Upgrade("/?peerId=" + std::string(37, 'a') + digits,
                                     "X-Forwarded-For: 198.51.100." + digits + "\r\n"),
              101);
  }
  return clients;
}

TEST(HubServerBehindAProxy, SaysOnceThatAnAddressLooksLikeOneThatIsNotTrusted) {
  constexpr std::string_view kLine = "looks like a proxy: set --trust-proxy";
  Heard heard;
  HubServerOptions options = AnyPort();
  options.log = [&](LogLevel level, std::string_view line) {
    if (line.find(kLine) == std::string_view::npos) return;
    EXPECT_EQ(level, LogLevel::kWarn);
    EXPECT_NE(line.find("127.0.0.1"), std::string_view::npos) << line;
    heard.Add("suspects a proxy");
  };
  {
    HubServer server(options);
    ASSERT_TRUE(server.Start().ok());
    const auto clients = SixtyBehindAProxy(server);
    EXPECT_TRUE(heard.WaitFor("suspects a proxy"));
  }
  EXPECT_EQ(heard.all().size(), 1u);

  options.trust_proxies = {"127.0.0.0/8"};
  HubServer trusting(options);
  ASSERT_TRUE(trusting.Start().ok());
  const auto clients = SixtyBehindAProxy(trusting);
  EXPECT_NE(trusting.Metrics().find("\npigeonhub_busiest_address_connections 1\n"),
            std::string::npos);
  EXPECT_EQ(heard.all().size(), 1u);
}

TEST(HubServerBehindAProxy, DoesNotStartWithoutAProxyToBelieve) {
  HubServerOptions options = AnyPort();
  options.proxy_protocol = true;
  const absl::Status status = HubServer(options).Start();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "proxy_protocol: nobody could come in; name the proxies in trust_proxies");
}

TEST(HubServer, LetsInThePagesOfAllowedOriginsAlone) {
  Heard heard;
  HubServerOptions options = AnyPort();
  options.allow_origins = {"https://*.example.org", "same"};
  HubServer server(options);
  server.On<PeerRefused>([&](const PeerRefused& refused) {
    heard.Add(refused.peer + " " + std::string(ReasonName(refused.reason)));
  });
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;
  const auto status_for = [&](const std::string& origin) {
    return RawClient(port).Upgrade("/?peerId=" + kPeerId, "Origin: " + origin + "\r\n");
  };
  EXPECT_EQ(status_for("https://evil.example"), 403);
  EXPECT_TRUE(heard.WaitFor(kPeerId + " origin_not_allowed"));
  EXPECT_EQ(status_for("null"), 403);
  EXPECT_EQ(status_for("https://a.example.org"), 101);
  EXPECT_EQ(status_for("http://localhost"), 101);
  EXPECT_EQ(status_for(""), 101) << "no page";

  options.allow_origins = {"example.org"};
  EXPECT_EQ(HubServer(options).Start().message().substr(0, 27), "allow_origins: example.org ");
}

TEST(HubServerBehindAProxy, DoesNotStartWithWhatIsNoNetwork) {
  HubServerOptions options = AnyPort();
  options.trust_proxies = {"10.0.0.300"};
  const absl::Status status = HubServer(options).Start();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "trust_proxies: 10.0.0.300 is no address and no network such as 10.0.0.0/8");
}

}  // namespace
}  // namespace pigeonhub
