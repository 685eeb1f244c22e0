// SPDX-License-Identifier: Apache-2.0

#include "server/net/proxy/client_address.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pigeonhub::net {
namespace {

const TrustedProxies kTrusted = *TrustedProxies::Parse({"10.0.0.0/8", "2001:db8:1::/48"});

std::string Found(std::string_view from, const ForwardingHeaders& headers) {
  return ClientAddress(from, headers, kTrusted).value_or("two clients");
}

TEST(ClientAddress, IsReadPastTrustedProxiesAlone) {
  struct Case {
    std::string_view from, list, client;
  };
  for (const auto& [from, list, client] : {
           Case{"10.0.0.1", "192.0.2.1", "192.0.2.1"},
           Case{"::ffff:10.0.0.1", "192.0.2.1", "192.0.2.1"},
           Case{"2001:db8:1::9", "2001:db8:2::1", "2001:db8:2::1"},
           Case{"10.0.0.1", "198.51.100.9, 192.0.2.1", "192.0.2.1"},
           Case{"10.0.0.1", "198.51.100.9, 192.0.2.1, 10.0.0.2, 2001:db8:1::9", "192.0.2.1"},
           Case{"10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"},
           Case{"10.0.0.1", "", "10.0.0.1"},
           Case{"10.0.0.1", "192.0.2.1, unknown", "10.0.0.1"},
           Case{"10.0.0.1", "192.0.2.1, unknown, 10.0.0.2", "10.0.0.2"},
           Case{"10.0.0.1", "192.0.2.1, ", "10.0.0.1"},
           Case{"10.0.0.1", ", 10.0.0.2", "10.0.0.2"},
           Case{"192.0.2.7", "192.0.2.1", "192.0.2.7"},
           Case{"11.0.0.1", "10.0.0.1", "11.0.0.1"},
           Case{"127.0.0.1", "192.0.2.1", "127.0.0.1"},
       }) {
    EXPECT_EQ(Found(from, {.x_forwarded_for = list}), client) << from << " " << list;
    std::string forwarded;
    for (std::string_view rest = list; !list.empty();) {
      const size_t comma = rest.find(", ");
      const std::string_view hop = rest.substr(0, comma);
      const bool is_ipv6 = hop.find(':') != std::string_view::npos;
      forwarded += is_ipv6 ? "for=\"[" + std::string(hop) + "]\"" : "for=" + std::string(hop);
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 2);
      forwarded += ", ";
    }
    EXPECT_EQ(Found(from, {.forwarded = forwarded}), client) << from << " " << forwarded;
  }
}

TEST(ClientAddress, IsNobodysWhereTheHeadersOfATrustedProxyNameTwo) {
  EXPECT_EQ(Found("10.0.0.1", {"for=192.0.2.1", "192.0.2.1"}), "192.0.2.1");
  EXPECT_EQ(Found("10.0.0.1", {"for=198.51.100.9, for=192.0.2.1", "10.9.9.9, 192.0.2.1"}),
            "192.0.2.1");
  EXPECT_EQ(Found("10.0.0.1", {"for=198.51.100.9", "192.0.2.1"}), "two clients");
  EXPECT_EQ(Found("10.0.0.1", {"for=unknown", "192.0.2.1"}), "two clients");
  EXPECT_EQ(Found("10.0.0.1", {"for=192.0.2.1", "unknown"}), "two clients");
  EXPECT_EQ(Found("192.0.2.7", {"for=198.51.100.9", "192.0.2.1"}), "192.0.2.7")
      << "nobody asks what a stranger writes";
}

TEST(TrustedProxies, AreNobodyByDefault) {
  EXPECT_TRUE(TrustedProxies().empty());
  EXPECT_FALSE(TrustedProxies().Contain("127.0.0.1"));
  EXPECT_EQ(ClientAddress("127.0.0.1", {"for=192.0.2.1", "192.0.2.1"}, {}), "127.0.0.1");
}

TEST(TrustedProxies, MayBeSingleAddresses) {
  const auto proxies = TrustedProxies::Parse({"127.0.0.1", "::1"});
  ASSERT_TRUE(proxies.ok());
  EXPECT_TRUE(proxies->Contain("127.0.0.1"));
  EXPECT_TRUE(proxies->Contain("::1"));
  EXPECT_FALSE(proxies->Contain("127.0.0.2"));
}

TEST(TrustedProxies, AreAddressesAndNetworksAlone) {
  for (const char* text :
       {"", "10.0.0", "010.0.0.1", "10.0.0.0/33", "proxy.example/8", "unix:/run/x"}) {
    const auto proxies = TrustedProxies::Parse({"10.0.0.0/8", text});
    EXPECT_EQ(proxies.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_NE(proxies.status().message().find("is no address and no network such as 10.0.0.0/8"),
              std::string_view::npos);
  }
}

}  // namespace
}  // namespace pigeonhub::net
