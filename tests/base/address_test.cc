// SPDX-License-Identifier: Apache-2.0

#include "server/base/address.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace pigeonhub {
namespace {

using namespace std::string_view_literals;

TEST(Address, SaysWhereAHostLeads) {
  struct Case {
    std::string_view host;
    bool loopback, unspecified, outside;
  };
  const Case cases[] = {
      // IPv4, in each spelling that getaddrinfo reads
      {"127.0.0.1", true, false, false},
      {"127.255.255.254", true, false, false},
      {"127.1", true, false, false},
      {"0177.0.0.1", true, false, false},
      {"2130706433", true, false, false},
      {"0x7F000001", true, false, false},
      {"128.0.0.1", false, false, true},
      {"10.0.0.1", false, false, true},
      {"192.0.2.1", false, false, true},
      {"0.0.0.0", false, true, false},
      {"0", false, true, false},
      {"0.1.2.3", false, false, false},
      {"169.254.169.254", false, false, false},
      {"169.253.0.1", false, false, true},
      // IPv6
      {"::1", true, false, false},
      {"[::1]", true, false, false},
      {"0:0:0:0:0:0:0:1", true, false, false},
      {"::1%lo", true, false, false},
      {"::2", false, false, true},
      {"::", false, true, false},
      {"[::]", false, true, false},
      {"fe80::1", false, false, false},
      {"FEBF::1%eth0", false, false, false},
      {"fec0::1", false, false, true},
      {"2001:db8::1", false, false, true},
      // IPv4 within IPv6
      {"::ffff:127.0.0.1", true, false, false},
      {"::FFFF:7f00:1", true, false, false},
      {"[::ffff:127.9.9.9]", true, false, false},
      {"::ffff:0.0.0.0", false, true, false},
      {"::ffff:169.254.1.1", false, false, false},
      {"::ffff:192.0.2.1", false, false, true},
      // names
      {"localhost", true, false, false},
      {"LocalHost", true, false, false},
      {"localhost.example", false, false, true},
      {"127.example.org", false, false, true},
      {"127.0.0.1.example.org", false, false, true},
      {"127.0.0.256", false, false, true},
      {"fade", false, false, true},
      {"hub.example", false, false, true},
      {"", false, false, true},
      // what looks like an address up to somewhere
      {"127.0.0.1 x", false, false, true},
      {"127.0.0.1\0.example"sv, false, false, true},
      {"::1\0"sv, false, false, true},
      {"[127.0.0.1", false, false, true},
      // no hosts
      {"unix:/run/127.0.0.1", false, false, true},
      {"unix:localhost", false, false, true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(IsLoopback(c.host), c.loopback) << c.host;
    EXPECT_EQ(IsUnspecified(c.host), c.unspecified) << c.host;
    EXPECT_EQ(LeadsOutside(c.host), c.outside) << c.host;
  }
}

TEST(Address, IsTakenApartAndJoined) {
  struct Case {
    std::string_view text, host;
    std::optional<std::string_view> port;
  };
  for (const Case& c : {Case{"hub:3000", "hub", "3000"}, Case{"hub", "hub", std::nullopt},
                        Case{"hub:", "hub", ""}, Case{":1", "", "1"}, Case{"", "", std::nullopt},
                        Case{"[::1]:7", "::1", "7"}, Case{"[::1]", "::1", std::nullopt}}) {
    const auto parts = SplitHostAndPort(c.text);
    ASSERT_TRUE(parts.has_value()) << c.text;
    EXPECT_EQ(parts->host, c.host) << c.text;
    EXPECT_EQ(parts->port, c.port) << c.text;
  }
  for (const char* text : {"::1", "a:1:2", "[::1", "[::1]7", "[::1]:7:8"}) {
    EXPECT_FALSE(SplitHostAndPort(text).has_value()) << text;
  }
  EXPECT_EQ(JoinHostAndPort("hub", 3000), "hub:3000");
  EXPECT_EQ(JoinHostAndPort("::1", 0), "[::1]:0");
}

TEST(Address, HasAPortOfSixteenBits) {
  EXPECT_EQ(ParsePort("0"), 0);
  EXPECT_EQ(ParsePort("65535"), 65535);
  for (const char* text : {"", "65536", "-1", "+1", " 1", "1 ", "0x1", "x"}) {
    EXPECT_EQ(ParsePort(text), std::nullopt) << text;
  }
}

TEST(Address, IsOfVersionSix) {
  EXPECT_TRUE(IsIpv6("::1"));
  EXPECT_TRUE(IsIpv6("fe80::1%eth0"));
  for (const std::string_view text : {"1.2.3.4"sv, "hub"sv, ""sv, "[::1]"sv, "::1\0x"sv}) {
    EXPECT_FALSE(IsIpv6(text)) << text;
  }
}

}  // namespace
}  // namespace pigeonhub
