// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/allowed_origins.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub::net {
namespace {

HttpRequest FromPage(std::string_view origin) {
  HttpRequest request;
  request.header = [origin](std::string_view name) -> std::string_view {
    if (name == "Origin") return origin;
    return name == "Host" ? "hub.example" : "";
  };
  return request;
}

// Whether a page of this origin may read the answer, as a browser decides.
bool MayRead(const AllowedOrigins& origins, std::string_view origin) {
  for (const auto& [name, value] : origins.Headers(FromPage(origin))) {
    if (name == "Access-Control-Allow-Origin") return value == "*" || value == origin;
  }
  return false;
}

TEST(AllowedOrigins, AreAllPagesUnlessSomeAreNamed) {
  for (const auto& origins : {AllowedOrigins(), *AllowedOrigins::Parse({}),
                              *AllowedOrigins::Parse({"https://app.example", "*"})}) {
    for (const char* origin : {"", "https://a.example", "null", "?"}) {
      EXPECT_TRUE(origins.Allow(FromPage(origin))) << origin;
      EXPECT_TRUE(MayRead(origins, origin)) << origin;
    }
  }
}

TEST(AllowedOrigins, AreThoseThatAnyPatternMeans) {
  const auto origins =
      AllowedOrigins::Parse({"https://app.example", "https://*.a.example", "same"});
  ASSERT_TRUE(origins.ok());
  for (const char* origin : {"https://app.example", "https://x.a.example", "https://hub.example",
                             "http://hub.example"}) {
    EXPECT_TRUE(origins->Allow(FromPage(origin))) << origin;
    EXPECT_TRUE(MayRead(*origins, origin)) << origin;
  }
  for (const char* origin :
       {"http://app.example", "https://a.example", "null", "https://app.example, x"}) {
    EXPECT_FALSE(origins->Allow(FromPage(origin))) << origin;
    EXPECT_FALSE(MayRead(*origins, origin)) << origin;
  }
}

TEST(AllowedOrigins, LetThroughWhoeverIsNoPage) {
  const auto origins = AllowedOrigins::Parse({"https://app.example"});
  EXPECT_TRUE(origins->Allow(FromPage("")));
  EXPECT_TRUE(origins->Allow(HttpRequest())) << "a request without headers";
}

TEST(AllowedOrigins, SayToCachesWhatTheAnswerDependsOn) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const auto one = AllowedOrigins::Parse({"HTTPS://app.example:443"});
  for (const char* origin : {"", "https://app.example", "https://other.example"}) {
    EXPECT_EQ(one->Headers(FromPage(origin)),
              (Headers{{"Access-Control-Allow-Origin", "https://app.example"}}));
  }
  const auto several = AllowedOrigins::Parse({"https://app.example", "https://b.example"});
  EXPECT_EQ(several->Headers(FromPage("https://b.example")),
            (Headers{{"Vary", "Origin"}, {"Access-Control-Allow-Origin", "https://b.example"}}));
  EXPECT_EQ(several->Headers(FromPage("")), (Headers{{"Vary", "Origin"}}));
  EXPECT_EQ(several->Headers(FromPage("https://c.example")), (Headers{{"Vary", "Origin"}}));
}

TEST(AllowedOrigins, AreNotWhatIsNoPattern) {
  EXPECT_EQ(AllowedOrigins::Parse({"*", "app.example"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pigeonhub::net
