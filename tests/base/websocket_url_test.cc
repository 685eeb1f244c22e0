// SPDX-License-Identifier: Apache-2.0

#include "server/base/websocket_url.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pigeonhub {
namespace {

using namespace std::string_view_literals;

TEST(WebSocketUrl, IsTakenApart) {
  struct Case {
    const char* url;
    bool secure;
    const char* host;
    uint16_t port;
    const char* target;
    const char* authority;
    const char* text;
  };
  const Case cases[] = {
      {"ws://h", false, "h", 80, "/", "h", "ws://h"},
      {"ws://h/", false, "h", 80, "/", "h", "ws://h"},
      {"ws://h:", false, "h", 80, "/", "h", "ws://h"},
      {"ws://h:80", false, "h", 80, "/", "h", "ws://h"},
      {"ws://h:080/", false, "h", 80, "/", "h", "ws://h"},
      {"ws://h:443", false, "h", 443, "/", "h:443", "ws://h:443"},
      {"wss://h", true, "h", 443, "/", "h", "wss://h"},
      {"wss://h:443/", true, "h", 443, "/", "h", "wss://h"},
      {"WSS://Hub.Example.Com:8443/Path?X=1", true, "hub.example.com", 8443, "/Path?X=1",
       "hub.example.com:8443", "wss://hub.example.com:8443/Path?X=1"},
      {"ws://h:3000?x=1", false, "h", 3000, "/?x=1", "h:3000", "ws://h:3000/?x=1"},
      {"ws://[::1]:3000", false, "::1", 3000, "/", "[::1]:3000", "ws://[::1]:3000"},
      {"wss://[2001:DB8::1]?x=y", true, "2001:db8::1", 443, "/?x=y", "[2001:db8::1]",
       "wss://[2001:db8::1]/?x=y"},
      {"ws://h:65535//a:b@c/", false, "h", 65535, "//a:b@c/", "h:65535", "ws://h:65535//a:b@c/"},
  };
  for (const Case& c : cases) {
    const auto url = WebSocketUrl::Parse(c.url);
    ASSERT_TRUE(url.ok()) << c.url << ": " << url.status();
    EXPECT_EQ(url->secure, c.secure) << c.url;
    EXPECT_EQ(url->host, c.host) << c.url;
    EXPECT_EQ(url->port, c.port) << c.url;
    EXPECT_EQ(url->target, c.target) << c.url;
    EXPECT_EQ(url->authority(), c.authority) << c.url;
    EXPECT_EQ(url->text(), c.text) << c.url;
    EXPECT_EQ(*WebSocketUrl::Parse(url->text()), *url) << c.url;
  }
}

// A URL may come from another hub, and nothing from outside may end a header line.
TEST(WebSocketUrl, IsNothingElse) {
  for (const std::string_view url :
       {""sv,          "h:3000"sv,          "http://h"sv,        "ws:/h"sv,        "ws://"sv,
        "wss:///x"sv,  "ws://:3000"sv,      "ws://h:0"sv,        "ws://h:65536"sv, "ws://h:x"sv,
        "ws://h:+1"sv, "ws://u@h"sv,        "ws://u:p@h/"sv,     "ws://[::1"sv,    "ws://[::1]x"sv,
        "ws://::1"sv,  "ws://[h]"sv,        "ws://[1.2.3.4]"sv,  "ws://h/#x"sv,    "ws://h#"sv,
        "ws://h h"sv,  "ws://h/\r\nX: y"sv, "ws://h\r\n"sv,      "ws://h/\x01"sv,  "ws://h/\0"sv,
        " ws://h"sv,   "ws://h/\xff"sv,     "ws://h/\xc3\xa9"sv, "ws://h/a\x7f"sv}) {
    EXPECT_TRUE(absl::IsInvalidArgument(WebSocketUrl::Parse(url).status())) << url;
  }
}

TEST(WebSocketUrl, IsRefusedInOneLineThatShowsNoSecret) {
  EXPECT_EQ(WebSocketUrl::Parse("http://u:secret@h/?token=secret").status().message(),
            "http://***@h/?token=*** is no WebSocket URL; write ws://host:port or wss://host");
  EXPECT_EQ(WebSocketUrl::Parse("ws://h:0").status().message(),
            "ws://h:0 has no port between 1 and 65535; write ws://host:port or wss://host");
}

TEST(WebSocketUrl, TakesOneMoreParameter) {
  const auto target = [](const char* url) {
    return WebSocketUrl::Parse(url)->WithParameter("peerId", "ab").target;
  };
  EXPECT_EQ(target("ws://h"), "/?peerId=ab");
  EXPECT_EQ(target("ws://h/a"), "/a?peerId=ab");
  EXPECT_EQ(target("ws://h?x=1"), "/?x=1&peerId=ab");
}

}  // namespace
}  // namespace pigeonhub
