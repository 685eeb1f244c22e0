// SPDX-License-Identifier: Apache-2.0

#include "control/pages/asker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/control/pages/asked.h"

namespace pigeonhub {
namespace {

TEST(Asker, IsTheDeveloperAloneWhoComesToThisMachineByItsName) {
  struct Case {
    std::string address, host, origin;
    bool here, in_network;
  };
  const std::vector<Case> kCases = {
      {"127.0.0.1", "localhost:3000", "", true, true},
      {"::1", "[::1]:3000", "http://[::1]:3000", true, true},
      {"127.0.0.1", "localhost:3000", "https://evil.example", false, false},
      {"127.0.0.1", "localhost:3000", "null", false, false},
      // A name that was made to lead here.
      {"127.0.0.1", "evil.example:3000", "", false, false},
      {"127.0.0.1", "evil.example:3000", "http://evil.example:3000", false, false},
      {"192.168.1.9", "192.168.1.5:3000", "http://192.168.1.5:3000", false, true},
      {"192.168.1.9", "", "", false, false},
  };
  for (const Case& one : kCases) {
    const Asked asked("/", {{"Host", one.host}, {"Origin", one.origin}}, one.address);
    EXPECT_EQ(IsDeveloper(asked.request(), DevReach::kThisMachine), one.here) << one.host;
    EXPECT_EQ(IsDeveloper(asked.request(), DevReach::kNetwork), one.in_network) << one.host;
    EXPECT_FALSE(IsDeveloper(asked.request(), DevReach::kOff));
  }
}

TEST(Asker, IsNobodyBehindAProxy) {
  for (const char* header : {"Forwarded", "X-Forwarded-For", "Via"}) {
    const Asked asked("/", {{"Host", "localhost"}, {header, "x"}});
    EXPECT_FALSE(IsDeveloper(asked.request(), DevReach::kThisMachine)) << header;
  }
}

TEST(Asker, IsOfAnOriginThatIsNamedAndNotOfAny) {
  const auto is_of = [](const std::string& origin, const std::string& pattern) {
    const Asked asked("/ice", {{"Host", "hub.example"}, {"Origin", origin}});
    return IsOfOrigin(asked.request(), {*OriginPattern::Parse(pattern)});
  };
  EXPECT_TRUE(is_of("https://app.example", "https://app.example"));
  EXPECT_TRUE(is_of("https://hub.example", "same"));
  EXPECT_FALSE(is_of("https://other.example", "https://app.example"));
  EXPECT_FALSE(is_of("https://other.example", "*"));
  EXPECT_FALSE(is_of("", "https://app.example"));
}

}  // namespace
}  // namespace pigeonhub
