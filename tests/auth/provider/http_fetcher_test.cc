// SPDX-License-Identifier: Apache-2.0

#include "server/auth/provider/http_fetcher.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <thread>

#include "server/auth/token/jwks.h"
#include "tests/support/eventually.h"
#include "tests/support/loopback_http.h"

namespace pigeonhub::auth {
namespace {

std::string ErrorFrom(const std::string& answer) {
  LoopbackHttp server({answer});
  const auto fetched = HttpFetcher(server.Url("/jwks")).Fetch();
  return fetched.ok() ? "" : std::string(fetched.status().message());
}

TEST(HttpFetcher, GetsTheTextAndHowLongItIsGood) {
  LoopbackHttp server({HttpOk("{\"keys\":[]}", "Cache-Control: public, max-age=600\r\n")});
  const auto fetched = HttpFetcher(server.Url("/a/jwks?b=c")).Fetch();
  ASSERT_TRUE(fetched.ok()) << fetched.status();
  EXPECT_EQ(fetched->text, "{\"keys\":[]}");
  EXPECT_EQ(fetched->max_age, std::chrono::minutes(10));
  EXPECT_EQ(server.asked(), std::vector<std::string>{"GET /a/jwks?b=c HTTP/1.1"});
}

TEST(HttpFetcher, FollowsNoRedirect) {
  LoopbackHttp other({HttpOk("{}")});
  EXPECT_EQ(ErrorFrom("HTTP/1.1 302 Found\r\nLocation: " + other.Url("/") +
                      "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            "it answers 302, and redirects are not followed; give the URL that it leads to");
  EXPECT_TRUE(other.asked().empty());
}

TEST(HttpFetcher, SaysWhatIsWrong) {
  EXPECT_EQ(ErrorFrom("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            "it answers 503");
  EXPECT_NE(ErrorFrom("no HTTP at all\r\n\r\n"), "");
  EXPECT_NE(ErrorFrom(""), "");
  uint16_t closed = 0;
  {
    const LoopbackHttp gone({});
    closed = gone.port();
  }
  EXPECT_NE(HttpFetcher("http://127.0.0.1:" + std::to_string(closed)).Fetch().status().message(),
            "");
}

TEST(HttpFetcher, TakesNoMoreThanTheLimit) {
  const std::string most(kLargestJwks, ' ');
  EXPECT_EQ(ErrorFrom(HttpOk(most)), "");
  EXPECT_EQ(ErrorFrom(HttpOk(most + " ")), "it sends more than 256 KiB");
  // It does not say how much it sends.
  EXPECT_EQ(ErrorFrom("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + most + " "),
            "it sends more than 256 KiB");
}

// What answers there speaks no TLS.
TEST(HttpFetcher, SpeaksTlsToHttpsOnly) {
  LoopbackHttp server({HttpOk("{}")});
  const auto fetched = HttpFetcher("https://127.0.0.1:" + std::to_string(server.port())).Fetch();
  EXPECT_FALSE(fetched.ok());
}

TEST(HttpFetcher, IsEndedFromAnotherThread) {
  LoopbackHttp silent({});
  HttpFetcher fetcher(silent.Url("/"));
  absl::StatusOr<FetchedJwks> fetched = absl::UnknownError("");
  std::thread fetching([&] { fetched = fetcher.Fetch(); });
  EXPECT_TRUE(Eventually([&] { return !silent.asked().empty(); }));
  fetcher.Cancel();
  fetching.join();
  EXPECT_TRUE(absl::IsUnavailable(fetched.status())) << fetched.status();
}

TEST(JwksUrl, IsHttpsOrOfThisMachine) {
  for (const std::string good :
       {"https://login.example.org/.well-known/jwks.json", "https://192.0.2.1:8443/k?a=b",
        "HTTPS://login.example.org/", "http://127.0.0.1:8080/jwks", "http://127.9.9.9/",
        "http://[::1]:8080/jwks", "http://localhost/jwks"}) {
    EXPECT_TRUE(CheckJwksUrl(good).ok()) << good << ": " << CheckJwksUrl(good);
  }
  for (const std::string bad :
       {"", "login.example.org", "/etc/jwks.json", "file:///etc/jwks.json", "ftp://127.0.0.1/",
        "http://login.example.org/", "http://192.0.2.1/", "http://127.0.0.1.example.org/",
        "http://localhost.example.org/", "http://[::2]/", "https://user@login.example.org/",
        "https://user:secret@login.example.org/", "https://login.example.org/#key", "https://",
        "https:// login.example.org/", "http://0.0.0.0/"}) {
    EXPECT_FALSE(CheckJwksUrl(bad).ok()) << bad;
  }
}

TEST(MaxAge, IsReadFromCacheControl) {
  EXPECT_EQ(MaxAgeIn("max-age=600"), std::chrono::seconds(600));
  EXPECT_EQ(MaxAgeIn("public, Max-Age=0 , must-revalidate"), std::chrono::seconds(0));
  for (const std::string none :
       {"", "no-store", "s-maxage=600", "max-age", "max-age=", "max-age=-1", "max-age=1.5",
        "max-age=\"600\"", "max-age=99999999999999999999", "x-max-age=5"}) {
    EXPECT_EQ(MaxAgeIn(none), std::nullopt) << none;
  }
}

}  // namespace
}  // namespace pigeonhub::auth
