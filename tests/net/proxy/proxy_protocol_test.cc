// SPDX-License-Identifier: Apache-2.0
//
// The PROXY protocol in front of a whole hub.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "server/base/proxy_header.h"
#include "tests/net/test_hub.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {
namespace {

constexpr char kFromAClient[] = "PROXY TCP4 198.51.100.1 203.0.113.1 56324 443\r\n";

DataPlaneOptions Trusting(const std::string& network) {
  DataPlaneOptions options;
  options.connection.trusted_proxies = *TrustedProxies::Parse({network});
  options.connection.proxy_protocol = true;
  return options;
}

std::string AddressOf(TestHub& hub, const std::string& peer) {
  return hub.dispatcher().Read([&](const Hub& core) {
    const auto record = core.FindPeer(*PeerId::Parse(peer));
    return record.has_value() ? record->address : "nowhere";
  });
}

TEST(ProxyProtocol, ComesBeforeTheHandshake) {
  TestHub hub(Trusting("127.0.0.1/32"));
  RawClient client(hub.port());
  ASSERT_TRUE(client.Send(kFromAClient));
  ASSERT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 101);
  EXPECT_EQ(AddressOf(hub, PeerIdText(1)), "198.51.100.1");
  ASSERT_NE(client.ReadTextWith("\"connected\""), "");
  ASSERT_TRUE(client.SendText(R"({"type":"ping"})"));
  EXPECT_NE(client.ReadTextWith("\"pong\""), "");
}

TEST(ProxyProtocol, IsAskedForOfTrustedProxies) {
  TestHub hub(Trusting("127.0.0.1/32"));
  RawClient client(hub.port());
  EXPECT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 0);
  EXPECT_TRUE(client.EndsWithin(RawClient::kLimit));
  EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kProxyHeaderInvalid) == 1; }));
  EXPECT_EQ(HttpGet(hub.port(), "/health"), "");
  EXPECT_TRUE(hub.WaitForSockets(0));
}

TEST(ProxyProtocol, IsBelievedOfNobodyElse) {
  TestHub hub(Trusting("10.0.0.0/8"));
  uint64_t refused = 0;
  for (const std::string& said :
       {std::string(kFromAClient), std::string("GET / HTTP/1.0\r\n\r\n")}) {
    RawClient client(hub.port());
    ASSERT_TRUE(client.Send(said));
    EXPECT_TRUE(client.EndsWithin(RawClient::kLimit));
    ++refused;
    EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kProxyNotTrusted) == refused; }));
  }
  EXPECT_EQ(hub.connections(), 0u);
}

TEST(ProxyProtocol, LetsAProgramOfThisMachineSpeakForItself) {
  TestHub hub(Trusting("10.0.0.0/8"));
  const std::string header(kLocalProxyHeader);
  const std::string health =
      HttpExchange(hub.port(), header + "GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(health.starts_with("HTTP/1.1 200 OK\r\n")) << health;
  RawClient client(hub.port());
  ASSERT_TRUE(client.Send(header));
  ASSERT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 101);
  EXPECT_EQ(AddressOf(hub, PeerIdText(1)), "127.0.0.1");
}

TEST(ProxyProtocol, IsNotAskedForAtThePortOfTheHubs) {
  TestHub hub(Trusting("10.0.0.0/8"));
  const auto bound = hub.plane().ListenForHubs("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok());
  EXPECT_NE(HttpGet(bound->front().port, "/health"), "");
}

}  // namespace
}  // namespace pigeonhub::net
