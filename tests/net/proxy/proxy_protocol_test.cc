// SPDX-License-Identifier: Apache-2.0
//
// The PROXY protocol in front of a whole hub.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/base/proxy_header.h"
#include "server/core/hub.h"
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

TEST(ProxyProtocol, HarmsNobodyElseWhateverComesInItsPlace) {
  DataPlaneOptions options = Trusting("127.0.0.1/32");
  options.connection.handshake_timeout = std::chrono::milliseconds(300);
  TestHub hub(options);
  std::optional<RawClient> healthy;
  // Its own handshake has no more time than those of the others, and this machine may stand still.
  ASSERT_TRUE(Eventually([&] {
    healthy.emplace(hub.port());
    return healthy->Send(kFromAClient) && healthy->Upgrade("/?peerId=" + PeerIdText(1)) == 101;
  }));
  const uint64_t invalid = hub.Count(Reason::kProxyHeaderInvalid);
  const uint64_t too_long = hub.Count(Reason::kHandshakeTimeout);

  const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
  const std::string kBad[] = {
      "GET / HTTP/1.1\r\n\r\n",
      "\x16\x03\x01\x02",
      "PROXY TCP4 192.0.2.1",                        // and no more
      "PROXY UNKNOWN " + std::string(100'000, 'x'),  // no end
      "PROXY TCP4 192.0.2.1 203.0.113.1 0 99999\r\n",
      signature + "\x21\x11",                                     // and no more
      signature + "\x21\x11\xFF\xFF" + std::string(70'000, 'x'),  // as long as can be
      signature + std::string("\x21\x11\x00\x02xx", 6),           // no room for addresses
      signature + std::string("\x21\x7F\x00\x00", 4),
  };
  for (const std::string& bytes : kBad) {
    RawClient client(hub.port());
    client.Send(bytes);
    EXPECT_TRUE(client.EndsWithin(RawClient::kLimit)) << bytes.substr(0, 30);
  }
  {
    std::vector<RawClient> silent;
    for (int i = 0; i < 100; ++i) silent.emplace_back(hub.port());
    EXPECT_TRUE(Eventually(
        [&] { return hub.Count(Reason::kProxyHeaderInvalid) == invalid + std::size(kBad) + 100; }));
  }
  EXPECT_TRUE(hub.WaitForSockets(1));
  EXPECT_EQ(hub.Count(Reason::kHandshakeTimeout), too_long);
  ASSERT_TRUE(healthy->SendText(R"({"type":"ping"})"));
  EXPECT_NE(healthy->ReadTextWith("\"pong\""), "");
}

TEST(ProxyProtocol, IsNotAskedForAtThePortOfTheHubs) {
  TestHub hub(Trusting("10.0.0.0/8"));
  const auto bound = hub.plane().ListenForHubs("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok());
  EXPECT_NE(HttpGet(bound->front().port, "/health"), "");
}

}  // namespace
}  // namespace pigeonhub::net
