// SPDX-License-Identifier: Apache-2.0

#include "server/base/address.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <utility>

namespace pigeonhub {
namespace {

using namespace std::string_view_literals;

TEST(Address, SaysWhereAHostLeads) {
  struct Case {
    std::string_view host;
    bool loopback, unspecified;
  };
  const Case cases[] = {
      // IPv4, in each spelling that getaddrinfo reads
      {"127.0.0.1", true, false},
      {"127.255.255.254", true, false},
      {"127.1", true, false},
      {"0177.0.0.1", true, false},
      {"2130706433", true, false},
      {"0x7F000001", true, false},
      {"128.0.0.1", false, false},
      {"10.0.0.1", false, false},
      {"192.0.2.1", false, false},
      {"0.0.0.0", false, true},
      {"0", false, true},
      {"0.1.2.3", false, false},
      {"169.254.169.254", false, false},
      {"169.253.0.1", false, false},
      // IPv6
      {"::1", true, false},
      {"[::1]", true, false},
      {"0:0:0:0:0:0:0:1", true, false},
      {"::1%lo", true, false},
      {"::2", false, false},
      {"::", false, true},
      {"[::]", false, true},
      {"fe80::1", false, false},
      {"FEBF::1%eth0", false, false},
      {"fec0::1", false, false},
      {"2001:db8::1", false, false},
      // IPv4 within IPv6
      {"::ffff:127.0.0.1", true, false},
      {"::FFFF:7f00:1", true, false},
      {"[::ffff:127.9.9.9]", true, false},
      {"::ffff:0.0.0.0", false, true},
      {"::ffff:169.254.1.1", false, false},
      {"::ffff:192.0.2.1", false, false},
      // names
      {"localhost", true, false},
      {"LocalHost", true, false},
      {"localhost.example", false, false},
      {"127.example.org", false, false},
      {"127.0.0.1.example.org", false, false},
      {"127.0.0.256", false, false},
      {"fade", false, false},
      {"hub.example", false, false},
      {"", false, false},
      // what looks like an address up to somewhere
      {"127.0.0.1 x", false, false},
      {"127.0.0.1\0.example"sv, false, false},
      {"::1\0"sv, false, false},
      {"[127.0.0.1", false, false},
      // no hosts
      {"unix:/run/127.0.0.1", false, false},
      {"unix:localhost", false, false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(IsLoopback(c.host), c.loopback) << c.host;
    EXPECT_EQ(IsUnspecified(c.host), c.unspecified) << c.host;
  }
}

TEST(Address, IsInABlock) {
  using Block = AddressBlock;
  const std::pair<std::string_view, Block> cases[] = {
      {"127.0.0.1", Block::kThisMachine},
      {"127.1", Block::kThisMachine},
      {"0.1.2.3", Block::kThisMachine},
      {"::1", Block::kThisMachine},
      {"::", Block::kThisMachine},
      {"LocalHost", Block::kThisMachine},
      {"::ffff:127.0.0.1", Block::kThisMachine},
      {"169.254.0.1", Block::kLinkLocal},
      {"fe80::1%eth0", Block::kLinkLocal},
      {"[febf::1]", Block::kLinkLocal},
      {"10.255.255.255", Block::kPrivate10},
      {"0x0a000001", Block::kPrivate10},
      {"::ffff:10.0.0.1", Block::kPrivate10},
      {"64:ff9b::10.0.0.1", Block::kPrivate10},
      {"172.16.0.1", Block::kPrivate172},
      {"172.31.255.255", Block::kPrivate172},
      {"192.168.0.1", Block::kPrivate192},
      {"100.64.0.1", Block::kShared},
      {"100.127.255.255", Block::kShared},
      {"fc00::1", Block::kUniqueLocal},
      {"fdff::1", Block::kUniqueLocal},
      {"169.254.169.254", Block::kCloudMetadata},
      {"2852039166", Block::kCloudMetadata},
      {"::ffff:169.254.169.254", Block::kCloudMetadata},
      {"64:ff9b::169.254.169.254", Block::kCloudMetadata},
      {"169.254.170.2", Block::kCloudMetadata},
      {"fd00:ec2::254", Block::kCloudMetadata},
      {"fd20:ce::254", Block::kCloudMetadata},
      {"100.100.100.200", Block::kCloudMetadata},
      {"192.0.0.192", Block::kCloudMetadata},
      {"168.63.129.16", Block::kCloudMetadata},
      {"11.0.0.1", Block::kInternet},
      {"172.15.255.255", Block::kInternet},
      {"172.32.0.1", Block::kInternet},
      {"192.169.0.1", Block::kInternet},
      {"100.63.255.255", Block::kInternet},
      {"100.128.0.1", Block::kInternet},
      {"169.253.0.1", Block::kInternet},
      {"168.63.129.17", Block::kInternet},
      {"::2", Block::kInternet},
      {"fec0::1", Block::kInternet},
      {"2001:db8::1", Block::kInternet},
      {"64:ff9b::192.0.2.1", Block::kInternet},
      {"10.0.0.1.example", Block::kInternet},
      {"hub.example", Block::kInternet},
      {"", Block::kInternet},
      {"unix:/run/127.0.0.1", Block::kInternet},
  };
  for (const auto& [host, block] : cases) EXPECT_EQ(BlockOf(host), block) << host;
}

TEST(AddressBlocks, AreASet) {
  constexpr AddressBlocks two =
      AddressBlocks().With(AddressBlock::kInternet).With(AddressBlock::kCloudMetadata);
  EXPECT_TRUE(two.Contain(AddressBlock::kInternet));
  EXPECT_FALSE(two.Contain(AddressBlock::kThisMachine));
  EXPECT_FALSE(two.Without(AddressBlock::kInternet).Contain(AddressBlock::kInternet));
  EXPECT_EQ(AddressBlocks().With(two), two);
  EXPECT_TRUE(AddressBlocks::All().Contain(AddressBlock::kCloudMetadata));
}

TEST(AddressNetwork, ContainsWhatBeginsWithItsPrefix) {
  struct Case {
    std::string_view network, inside, outside;
  };
  for (const Case& c :
       {Case{"10.0.0.0/8", "10.255.0.1", "11.0.0.1"}, Case{"10.9.9.9/8", "10.1.2.3", "::1"},
        Case{"192.0.2.128/25", "192.0.2.255", "192.0.2.127"},
        Case{"192.0.2.7/32", "192.0.2.7", "192.0.2.8"},
        Case{"0.0.0.0/0", "203.0.113.1", "2001:db8::1"},
        Case{"192.0.2.0/24", "::ffff:192.0.2.1", "localhost"},
        Case{"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
        Case{"::/0", "fe80::1%eth0", "192.0.2.1"}}) {
    const auto network = AddressNetwork::Parse(c.network);
    ASSERT_TRUE(network.has_value()) << c.network;
    EXPECT_TRUE(network->Contains(c.inside)) << c.network << ' ' << c.inside;
    EXPECT_FALSE(network->Contains(c.outside)) << c.network << ' ' << c.outside;
  }
}

TEST(AddressNetwork, IsNothingElse) {
  for (const std::string_view text :
       {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
        "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.0/x", "hub.example/8", "localhost/8", "::/129",
        "10.0.0.0/99999999999", "10/8", "0x0a000000/8", "fe80::%eth0/10", "[::]/0"}) {
    EXPECT_FALSE(AddressNetwork::Parse(text).has_value()) << text;
  }
}

TEST(Address, HasOneCanonicalSpelling) {
  const std::pair<std::string_view, std::optional<std::string>> cases[] = {
      {"192.0.2.1", "192.0.2.1"},        {"2001:DB8:0:0::1", "2001:db8::1"},
      {"::ffff:192.0.2.1", "192.0.2.1"}, {"::FFFF:c000:201", "192.0.2.1"},
      {"::192.0.2.1", "::192.0.2.1"},    {"", std::nullopt},
      {"127.1", std::nullopt},           {"192.0.2.01", std::nullopt},
      {"192.0.2.256", std::nullopt},     {"0x7f000001", std::nullopt},
      {"192.0.2.1:80", std::nullopt},    {"192.0.2.1 ", std::nullopt},
      {"192.0.2.1\0"sv, std::nullopt},   {"[2001:db8::1]", std::nullopt},
      {"fe80::1%eth0", std::nullopt},    {"localhost", std::nullopt},
  };
  for (const auto& [text, canonical] : cases) EXPECT_EQ(CanonicalAddress(text), canonical) << text;
}

TEST(Address, IsTheSameInEachSpelling) {
  const std::pair<std::string_view, std::string_view> same[] = {
      {"127.0.0.1", "127.1"},         {"::1", "[0:0::1]"},          {"::ffff:10.0.0.1", "10.0.0.1"},
      {"Hub.Example", "hub.example"}, {"localhost", "LOCALHOST"},   {"fe80::1%a", "fe80::1"},
      {"10.010.0.1", "10.8.0.1"},     {"1.2.3.4", "::ffff:102:304"}};
  for (const auto& [a, b] : same)
    EXPECT_TRUE(IsSameHost(a, b) && IsSameHost(b, a)) << a << ' ' << b;
  const std::pair<std::string_view, std::string_view> different[] = {
      {"127.0.0.1", "localhost"},
      {"::1", "127.0.0.1"},
      {"hub.example", "hub.example.org"},
      {"10.010.0.1", "10.10.0.1"}};
  for (const auto& [a, b] : different) EXPECT_FALSE(IsSameHost(a, b) || IsSameHost(b, a)) << a;
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

TEST(AddressGroup, IsAnIpv4AddressOrANetworkOfIpv6) {
  const auto text = [](std::string_view host, unsigned prefix = 64) {
    return AddressGroup::Of(host, prefix).text();
  };
  EXPECT_EQ(text("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(text("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(text("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(text("2001:db8:1:2ff:3:4:5:6", 56), "2001:db8:1:200::/56");
  EXPECT_EQ(text("2001:db8:ffff::1", 33), "2001:db8:8000::/33");
  EXPECT_EQ(text("2001:db8::1", 128), "2001:db8::1");
  EXPECT_EQ(text("fe80::1%eth0"), "fe80::/64");
  EXPECT_EQ(AddressGroup::Of("2001:db8::1", 64), AddressGroup::Of("2001:db8::2", 64));
  EXPECT_NE(AddressGroup::Of("2001:db8::1", 128), AddressGroup::Of("2001:db8::2", 128));
  EXPECT_NE(AddressGroup::Of("192.0.2.1", 1), AddressGroup::Of("192.0.2.2", 1))
      << "the prefix is for IPv6";
}

TEST(AddressGroup, OfWhatIsNoAddressIsOne) {
  EXPECT_EQ(AddressGroup::Of("", 64), AddressGroup::Of("somewhere", 64));
  EXPECT_NE(AddressGroup::Of("", 64), AddressGroup::Of("192.0.2.1", 64));
}

}  // namespace
}  // namespace pigeonhub
