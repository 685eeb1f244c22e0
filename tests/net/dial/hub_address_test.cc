// SPDX-License-Identifier: Apache-2.0
#include "server/net/dial/hub_address.h"

#include <gtest/gtest.h>

namespace pigeonhub::net {
namespace {

const PeerId kHub = *PeerId::Parse("0123456789abcdef0123456789abcdef01234567");
const std::string kId(kHub.text());

TEST(HubAddress, IsWhereToConnectAndWhatToAskFor) {
  struct Case {
    const char* url;
    bool secure;
    const char* host;
    uint16_t port;
    const char* authority;
    std::string target;
  };
  const Case cases[] = {
      {"ws://hub.example", false, "hub.example", 80, "hub.example", "/?peerId=" + kId},
      {"ws://h:3000/", false, "h", 3000, "h:3000", "/?peerId=" + kId},
      {"wss://hub.example/a/b", true, "hub.example", 443, "hub.example", "/a/b?peerId=" + kId},
      {"ws://h:3000/?x=1", false, "h", 3000, "h:3000", "/?x=1&peerId=" + kId},
      {"ws://h:3000?x=1", false, "h", 3000, "h:3000", "/?x=1&peerId=" + kId},
      {"ws://[::1]:3000", false, "::1", 3000, "[::1]:3000", "/?peerId=" + kId},
  };
  for (const Case& c : cases) {
    const auto address = HubAddress::Parse(c.url);
    ASSERT_TRUE(address.has_value()) << c.url;
    EXPECT_EQ(address->secure, c.secure) << c.url;
    EXPECT_EQ(address->host, c.host) << c.url;
    EXPECT_EQ(address->port, c.port) << c.url;
    EXPECT_EQ(address->authority, c.authority) << c.url;
    EXPECT_EQ(address->TargetFor(kHub), c.target) << c.url;
  }
}

// A URL may come from another hub.
TEST(HubAddress, NeverEndsAHeaderLine) {
  for (const char* url : {"ws://h/\r\nX: y", "ws://h/a b", "ws://h\r\n", "ws://h/\x01", "ws://h/#x",
                          "ws://h/\xff", "http://h/", "ws://", "ws://u@h/", "h:3000", ""}) {
    EXPECT_FALSE(HubAddress::Parse(url).has_value()) << url;
  }
}

}  // namespace
}  // namespace pigeonhub::net
