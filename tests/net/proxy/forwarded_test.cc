// SPDX-License-Identifier: Apache-2.0

#include "server/net/proxy/forwarded.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::net {
namespace {

constexpr std::string_view kNone = "-";

using TakeHop = std::optional<std::string> (*)(std::string_view& list);

// All hops from the right to the left, up to the first that names no address, which is kNone.
std::vector<std::string> Hops(TakeHop take, std::string_view list) {
  std::vector<std::string> hops;
  while (!list.empty()) {
    const auto hop = take(list);
    hops.emplace_back(hop.value_or(std::string(kNone)));
    if (!hop.has_value()) break;
  }
  return hops;
}

struct Case {
  std::string_view list;
  std::vector<std::string> hops;
};

TEST(Forwarded, IsReadFromTheRight) {
  for (const auto& [list, hops] : {
           Case{"for=192.0.2.60", {"192.0.2.60"}},
           Case{"For=192.0.2.60;Proto=http;by=203.0.113.43", {"192.0.2.60"}},
           Case{"proto=https;host=\"a,b;for=1.2.3.4\";FOR=192.0.2.60", {"192.0.2.60"}},
           Case{"for=192.0.2.43, for=198.51.100.17", {"198.51.100.17", "192.0.2.43"}},
           Case{"for=192.0.2.43,for=\"[2001:db8:cafe::17]:4711\"",
                {"2001:db8:cafe::17", "192.0.2.43"}},
           Case{"for=\"[2001:DB8::1]\"", {"2001:db8::1"}},
           Case{"for=\"[::ffff:192.0.2.1]\"", {"192.0.2.1"}},
           Case{"for=\"192.0.2.43:47011\"", {"192.0.2.43"}},
           Case{"for=\"192.0.2.43:_gazonk\"", {"192.0.2.43"}},
           Case{"for=\"192.0.2.\\4\\3\"", {"192.0.2.43"}},
           Case{" for=192.0.2.1 ; proto=http ;; , for=192.0.2.2 ", {"192.0.2.2", "192.0.2.1"}},
           Case{"", {}},
       }) {
    EXPECT_EQ(Hops(TakeHopOfForwarded, list), hops) << list;
  }
}

TEST(Forwarded, EndsWhereAHopNamesNoAddress) {
  for (const std::string_view hop : {
           "for=unknown",
           "for=_hidden",
           "for=\"_SEVKISEK:80\"",
           "proto=http",
           "for=",
           "for",
           "=192.0.2.1",
           ";",
           "",
           "for=\"\"",
           "for=\"192.0.2.1",
           "for=192.0.2.1\"",
           "for=\"192.0.2.1\\\"",
           "for=\"192.0.2.1\"x",
           "for=192.0.2.1 for=192.0.2.1",
           "for=192.0.2.1;for=192.0.2.1",
           "f or=192.0.2.1",
           "for = 192.0.2.1",
           "for=192.0.2.1:80",
           "for=[2001:db8::1]",
           "for=\"2001:db8::1\"",
           "for=\"[192.0.2.1]\"",
           "for=\"[2001:db8::1\"",
           "for=\"[fe80::1%eth0]\"",
           "for=\"192.0.2.1:\"",
           "for=\"192.0.2.1:123456\"",
           "for=\"192.0.2.1:_\"",
           "for=127.1",
           "for=localhost",
           "192.0.2.1",
       }) {
    const std::string list = "for=192.0.2.9, " + std::string(hop) + ", for=192.0.2.8";
    EXPECT_EQ(Hops(TakeHopOfForwarded, list), (std::vector<std::string>{"192.0.2.8", "-"})) << hop;
  }
}

TEST(Forwarded, IsNotReadInAnotherWayForWhatStandsFurtherLeft) {
  for (const std::string_view invented :
       {"for=\"", "for=\"x\\", "\"", "\\", "for=\"[2001:db8::1]\\\"", ",,,", "for=1;x=\"a\"\"",
        "="}) {
    for (const std::string_view truth :
         {"for=192.0.2.8", "for=\"192.0.2.8:80\";proto=http", "host=\"a\\\"b,c\";for=192.0.2.8"}) {
      std::string list = std::string(invented) + ", " + std::string(truth);
      std::string_view rest = list;
      EXPECT_EQ(TakeHopOfForwarded(rest), "192.0.2.8") << list;
    }
  }
}

TEST(XForwardedFor, IsReadFromTheRight) {
  for (const auto& [list, hops] : {
           Case{"203.0.113.195", {"203.0.113.195"}},
           Case{"203.0.113.195, 2001:db8:85a3::8a2e:370:7348, 198.51.100.178",
                {"198.51.100.178", "2001:db8:85a3::8a2e:370:7348", "203.0.113.195"}},
           Case{"203.0.113.195,2001:db8::1\t", {"2001:db8::1", "203.0.113.195"}},
           Case{"[2001:db8::1]", {"2001:db8::1"}},
           Case{"[2001:db8::1]:4711", {"2001:db8::1"}},
           Case{"203.0.113.195:47011", {"203.0.113.195"}},
           Case{"::ffff:203.0.113.195", {"203.0.113.195"}},
           Case{"", {}},
       }) {
    EXPECT_EQ(Hops(TakeHopOfXForwardedFor, list), hops) << list;
  }
}

TEST(XForwardedFor, EndsWhereAHopNamesNoAddress) {
  for (const std::string_view hop :
       {"unknown", "-", "", " ", "\"192.0.2.1\"", "192.0.2.1;", "192.0.2.1:x", "192.0.2.1:123456",
        "[192.0.2.1]", "[2001:db8::1", "2001:db8::1]:80", "fe80::1%eth0", "127.1", "localhost",
        "192.0.2.1 192.0.2.2", "for=192.0.2.1"}) {
    const std::string list = "192.0.2.9, " + std::string(hop) + ", 192.0.2.8";
    EXPECT_EQ(Hops(TakeHopOfXForwardedFor, list), (std::vector<std::string>{"192.0.2.8", "-"}))
        << hop;
  }
}

}  // namespace
}  // namespace pigeonhub::net
