// SPDX-License-Identifier: Apache-2.0

#include "server/base/origin_pattern.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pigeonhub {
namespace {

bool Matches(std::string_view pattern, std::string_view origin, std::string_view host = "") {
  const auto parsed = OriginPattern::Parse(pattern);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.ok() && parsed->Matches(origin, host);
}

TEST(OriginPattern, IsAnOriginInAnySpellingOfIt) {
  struct Case {
    std::string_view pattern, origin;
  };
  for (const auto& [pattern, origin] : {
           Case{"*", "https://example.org"},
           Case{"*", "null"},
           Case{"*", "what ever"},
           Case{"https://example.org", "https://example.org"},
           Case{"https://example.org:443", "https://example.org"},
           Case{"HTTPS://Example.Org", "https://example.org"},
           Case{"https://example.org", "https://example.org:443"},
           Case{"http://example.org:80", "http://example.org"},
           Case{"http://localhost:8000", "http://localhost:8000"},
           Case{"http://[::1]:8000", "http://[::1]:8000"},
           Case{"https://[2001:db8::443]", "https://[2001:db8::443]"},
           Case{"capacitor://localhost", "capacitor://localhost"},
           Case{"chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop"},
           Case{"null", "null"},
           Case{"https://*.example.org", "https://a.example.org"},
           Case{"https://*.example.org", "https://a.b.example.org"},
           Case{"https://*.Example.org:8443", "https://a.example.org:8443"},
       }) {
    EXPECT_TRUE(Matches(pattern, origin)) << pattern << " " << origin;
  }
}

TEST(OriginPattern, IsNoOtherOrigin) {
  struct Case {
    std::string_view pattern, origin;
  };
  for (const auto& [pattern, origin] : {
           Case{"https://example.org", "http://example.org"},
           Case{"https://example.org", "https://example.org:8443"},
           Case{"https://example.org", "https://example.org.evil.example"},
           Case{"https://example.org", "https://a.example.org"},
           Case{"https://example.org", "https://example.org/"},
           Case{"https://example.org", "https://evil.example, https://example.org"},
           Case{"https://example.org", "https://user@example.org"},
           Case{"https://example.org", "null"},
           Case{"https://example.org", ""},
           Case{"http://example.org:443", "http://example.org"},
           Case{"null", "https://null"},
           Case{"https://*.example.org", "https://example.org"},
           Case{"https://*.example.org", "https://.example.org"},
           Case{"https://*.example.org", "https://evilexample.org"},
           Case{"https://*.example.org", "http://a.example.org"},
           Case{"https://*.example.org", "https://a.example.org:8443"},
           Case{"https://*.example.org", "https://a.example.org.evil.example"},
           Case{"https://*.example.org", "https://evil.example/.example.org"},
           Case{"https://*.example.org", "https://evil.example:1.example.org"},
           Case{"https://*.example.org", "https://evil.example#.example.org"},
           Case{"https://*.example.org", "null"},
           Case{"same", "same"},
       }) {
    EXPECT_FALSE(Matches(pattern, origin)) << pattern << " " << origin;
  }
}

TEST(OriginPattern, IsTheHostThatIsAskedFor) {
  struct Case {
    std::string_view origin, host;
    bool same;
  };
  for (const auto& [origin, host, same] : {
           Case{"https://hub.example", "hub.example", true},
           Case{"http://hub.example", "Hub.Example", true},
           Case{"https://hub.example", "hub.example:443", true},
           Case{"http://hub.example", "hub.example:80", true},
           Case{"http://localhost:3000", "localhost:3000", true},
           Case{"http://[::1]:3000", "[::1]:3000", true},
           Case{"https://hub.example", "hub.example:80", false},
           Case{"http://localhost:8000", "localhost:3000", false},
           Case{"https://app.example", "hub.example", false},
           Case{"https://hub.example", "", false},
           Case{"https://hub.example", "hub.example, hub.example", false},
           Case{"null", "null", false},
           Case{"null", "", false},
       }) {
    EXPECT_EQ(Matches("same", origin, host), same) << origin << " " << host;
  }
}

TEST(OriginPattern, IsNothingElse) {
  for (const char* text : {"",
                           "example.org",
                           "https://",
                           "https://example.org/",
                           "https://example.org/app",
                           "https://exa mple.org",
                           "https://user@example.org",
                           "https://*",
                           "https://*.",
                           "https://a.*.org",
                           "https://*example.org",
                           "*.example.org",
                           "https://example.org:0",
                           "https://example.org:x",
                           "https://example.org:65536",
                           "https://::1",
                           "https://[1.2.3.4]",
                           "https://b\xC3\xBC"
                           "cher.example",
                           "://example.org",
                           "Same",
                           "NULL",
                           "a\r\nb"}) {
    const auto pattern = OriginPattern::Parse(text);
    ASSERT_FALSE(pattern.ok()) << text;
    EXPECT_EQ(pattern.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(pattern.status().message().find('\n'), std::string_view::npos);
  }
  EXPECT_EQ(OriginPattern::Parse("example.org").status().message(),
            "example.org is not an origin such as https://example.org or https://*.example.org, "
            "nor same, nor *");
}

}  // namespace
}  // namespace pigeonhub
