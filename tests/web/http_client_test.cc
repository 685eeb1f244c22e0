// SPDX-License-Identifier: Apache-2.0

#include "server/web/http_client.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include "server/web/http_url.h"
#include "tests/support/eventually.h"
#include "tests/support/loopback_http.h"

namespace pigeonhub::web {
namespace {

TEST(HttpClient, SendsABodyAndGivesTheAnswerWhateverItIs) {
  LoopbackHttp server(
      {"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 4\r\n"
       "Connection: close\r\n\r\nsoon",
       HttpOk("fine", "Cache-Control: max-age=5\r\n")});
  HttpClient client;
  HttpRequest request{.url = server.Url("/hook?a=b"),
                      .headers = {"webhook-id: 1"},
                      .body = std::string("{}"),
                      .most_bytes = 1024};
  auto answer = client.Exchange(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->body, "soon");
  EXPECT_EQ(answer->retry_after, std::chrono::seconds(7));
  request.body.reset();
  answer = client.Exchange(request);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->cache_control, "max-age=5");
  EXPECT_EQ(answer->retry_after, std::chrono::seconds(0));
  EXPECT_EQ(server.asked(),
            (std::vector<std::string>{"POST /hook?a=b HTTP/1.1", "GET /hook?a=b HTTP/1.1"}));
}

TEST(HttpClient, TakesNoMoreThanTheLimitAndFollowsNobody) {
  LoopbackHttp other({HttpOk("{}")});
  LoopbackHttp server({HttpOk("12345"), "HTTP/1.1 302 Found\r\nLocation: " + other.Url("/") +
                                            "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"});
  HttpClient client;
  const HttpRequest request{
      .url = server.Url("/"), .headers = {}, .body = std::nullopt, .most_bytes = 4};
  EXPECT_TRUE(absl::IsUnavailable(client.Exchange(request).status()));
  EXPECT_EQ(client.Exchange(request)->status, 302);
  EXPECT_TRUE(other.asked().empty());
}

TEST(HttpClient, HasAnAnswerWithItsStatusWhereTheBodyDoesNotMatter) {
  const std::string long_one = HttpOk("12345");
  const std::string cut = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n1";
  const std::string none = "HTTP/1.1 103 Early Hints\r\n\r\n";
  LoopbackHttp server({long_one, cut, none, long_one, cut});
  HttpClient client;
  HttpRequest request{.url = server.Url("/"), .headers = {}, .body = "{}", .most_bytes = 4};
  request.body_may_fail = true;
  EXPECT_EQ(client.Exchange(request)->status, 200);
  EXPECT_EQ(client.Exchange(request)->status, 200);
  EXPECT_TRUE(absl::IsUnavailable(client.Exchange(request).status())) << "more was to come";
  request.body_may_fail = false;
  EXPECT_TRUE(absl::IsUnavailable(client.Exchange(request).status()));
  EXPECT_TRUE(absl::IsUnavailable(client.Exchange(request).status()));
}

TEST(HttpClient, TakesADateForATimeToWait) {
  const auto busy = [](const std::string& when) {
    return "HTTP/1.1 503 Busy\r\nRetry-After: " + when +
           "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  };
  LoopbackHttp server({busy("Fri, 31 Dec 2100 23:59:59 GMT"), busy("Fri, 31 Dec 1999 23:59:59 GMT"),
                       busy("soon"), busy("-5"), busy("99999999999")});
  HttpClient client;
  for (const int hours : {24, 0, 0, 0, 24}) {
    const auto answer = client.Exchange(
        {.url = server.Url("/"), .headers = {}, .body = std::nullopt, .most_bytes = 4});
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->retry_after, std::chrono::hours(hours));
  }
}

TEST(HttpClient, IsEndedFromAnotherThread) {
  LoopbackHttp silent({});
  HttpClient client;
  absl::StatusOr<HttpAnswer> answer = absl::UnknownError("");
  std::thread asking([&] {
    answer = client.Exchange(
        {.url = silent.Url("/"), .headers = {}, .body = std::nullopt, .most_bytes = 4});
  });
  EXPECT_TRUE(Eventually([&] { return !silent.asked().empty(); }));
  client.Cancel();
  asking.join();
  EXPECT_TRUE(absl::IsUnavailable(answer.status())) << answer.status();
}

TEST(HttpUrl, SaysWhatMattersOfIt) {
  const auto url = HttpUrl::Parse("HTTPS://user:x@app.example:8443/p?q#f");
  ASSERT_TRUE(url.ok()) << url.status();
  EXPECT_TRUE(url->secure);
  EXPECT_FALSE(url->is_this_machine);
  EXPECT_TRUE(url->has_user);
  EXPECT_TRUE(url->has_fragment);
  EXPECT_TRUE(HttpUrl::Parse("http://[::1]:80/")->is_this_machine);
  EXPECT_FALSE(HttpUrl::Parse("http://localhost.example.org/")->is_this_machine);
  for (const char* wrong : {"", "app.example", "ftp://127.0.0.1/", "file:///etc/passwd", "https://",
                            "https:// app.example/"}) {
    EXPECT_FALSE(HttpUrl::Parse(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace pigeonhub::web
