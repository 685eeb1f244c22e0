// SPDX-License-Identifier: Apache-2.0
//
// Whose connection it is when it comes from a proxy.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/net/connection/connection_fixture.h"

namespace pigeonhub::net {
namespace {

class ProxiedConnection : public ConnectionTest {
 protected:
  void Trust(const std::string& network) {
    shared_.options.trusted_proxies = *TrustedProxies::Parse({network});
  }
  static ProxyHeader FromClient(const std::string& client) {
    return {.status = ProxyHeader::Status::kComplete, .client = client};
  }
  static std::string Opened(const std::string& address) {
    return "opened " + std::string(kPeer) + " from " + address;
  }
};

TEST_F(ProxiedConnection, IsOfTheClientThatATrustedProxyNames) {
  Trust("192.0.2.0/24");
  Accept();
  Arrive(Upgrade("X-Forwarded-For: 203.0.113.9, 198.51.100.1, 192.0.2.8\r\n"));
  EXPECT_EQ(heard_, Heard{Opened("198.51.100.1")});
  heard_.clear();

  wire_ = Wire();
  Accept();
  Arrive(Upgrade("Forwarded: for=203.0.113.9\r\nForwarded: for=\"[2001:db8::1]:80\"\r\n"));
  EXPECT_EQ(heard_, Heard{Opened("2001:db8::1")});
}

TEST_F(ProxiedConnection, IsOfNobodyElseWhereTheProxyIsNotTrusted) {
  for (const char* network : {"192.0.2.8/32", "198.51.100.0/24"}) {
    Trust(network);
    wire_ = Wire();
    Accept();
    Arrive(Upgrade("X-Forwarded-For: 198.51.100.1\r\nForwarded: for=198.51.100.2\r\n"));
    EXPECT_EQ(heard_, Heard{Opened("192.0.2.7")}) << network;
    heard_.clear();
  }
}

TEST_F(ProxiedConnection, IsRefusedInTheNameOfItsClient) {
  Trust("192.0.2.0/24");
  gate_.Refuse(true);
  Accept();
  Arrive(Upgrade("X-Forwarded-For: 198.51.100.1\r\n"));
  EXPECT_EQ(heard_, Heard{"refused not_serving from 198.51.100.1"});
}

TEST_F(ProxiedConnection, IsRefusedWhereTwoHeadersNameTwoClients) {
  Trust("192.0.2.0/24");
  Accept();
  Arrive(Upgrade("X-Forwarded-For: 198.51.100.1\r\nForwarded: for=198.51.100.2\r\n"));
  EXPECT_EQ(heard_, Heard{"refused proxy_header_invalid"});
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 400 ")) << wire_.written;
  EXPECT_NE(
      wire_.written.find("proxy_header_invalid: Forwarded and X-Forwarded-For name two clients;"),
      std::string::npos);
  EXPECT_TRUE(wire_.send_shut);
}

TEST_F(ProxiedConnection, AsksForOneClientAfterTheOther) {
  Trust("192.0.2.0/24");
  Accept();
  for (const char* client :
       {"X-Forwarded-For: 198.51.100.1\r\n", "", "X-Forwarded-For: 198.51.100.2\r\n"}) {
    Arrive("GET / HTTP/1.1\r\nHost: h\r\n" + std::string(client) + "\r\n");
  }
  EXPECT_EQ(asked_from_, (std::vector<std::string>{"198.51.100.1", "192.0.2.7", "198.51.100.2"}));
  Arrive(Upgrade("X-Forwarded-For: 198.51.100.3\r\n"));
  EXPECT_EQ(heard_, Heard{Opened("198.51.100.3")});
}

TEST_F(ProxiedConnection, IsOfTheClientInTheProxyHeader) {
  Accept();
  connection_->OnProxyHeader(FromClient("198.51.100.1"));
  Arrive(Upgrade("X-Forwarded-For: 203.0.113.9\r\n"));
  EXPECT_EQ(heard_, Heard{Opened("198.51.100.1")}) << "a client is no proxy";
}

TEST_F(ProxiedConnection, IsReadPastAProxyInTheProxyHeader) {
  Trust("10.0.0.0/8");
  Accept();
  connection_->OnProxyHeader(FromClient("10.0.0.1"));
  Arrive(Upgrade("X-Forwarded-For: 198.51.100.1\r\n"));
  EXPECT_EQ(heard_, Heard{Opened("198.51.100.1")});
}

TEST_F(ProxiedConnection, IsOfTheProxyThatKnowsNoClient) {
  Accept();
  connection_->OnProxyHeader(FromClient(""));
  Arrive(Upgrade());
  EXPECT_EQ(heard_, Heard{Opened("192.0.2.7")});
}

TEST_F(ProxiedConnection, HasFiveSecondsForItsHeader) {
  Accept();
  wire_.refusal = Reason::kProxyHeaderInvalid;
  Pass(std::chrono::seconds(4));
  EXPECT_TRUE(heard_.empty());
  Pass(std::chrono::seconds(1));
  EXPECT_EQ(heard_, Heard{"refused proxy_header_invalid"});
  EXPECT_TRUE(Gone());
}

TEST_F(ProxiedConnection, IsCountedWhereItIsRefusedForItsHeader) {
  Accept();
  wire_.refusal = Reason::kProxyNotTrusted;
  wire_.broken = true;
  Arrive("x");
  EXPECT_EQ(heard_, Heard{"refused proxy_not_trusted"});
  EXPECT_TRUE(Gone());
}

TEST_F(ProxiedConnection, HasFiveSecondsInAllForHeaderAndHandshake) {
  Accept();
  Pass(std::chrono::seconds(4));
  connection_->OnProxyHeader(FromClient("198.51.100.1"));
  Pass(std::chrono::seconds(1));
  EXPECT_EQ(heard_, Heard{"refused handshake_timeout from 198.51.100.1"});
  EXPECT_TRUE(Gone());
}

TEST_F(ProxiedConnection, OfABalancerThatChecksEndsQuietly) {
  Accept();
  connection_->OnProxyHeader({.status = ProxyHeader::Status::kComplete, .is_local = true});
  Pass(std::chrono::seconds(5));
  EXPECT_TRUE(Gone());

  wire_ = Wire();
  Accept();
  connection_->OnProxyHeader({.status = ProxyHeader::Status::kComplete, .is_local = true});
  Arrive("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 200 "));
  PeerEnds();
  EXPECT_TRUE(heard_.empty());
}

}  // namespace
}  // namespace pigeonhub::net
