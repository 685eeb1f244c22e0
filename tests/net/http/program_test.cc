// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/program.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pigeonhub::net {
namespace {

TEST(ForProgram, TakesTheTargetApart) {
  struct {
    std::string_view target, path, query, peer_id;
  } const cases[] = {
      {"/", "/", "", ""},
      {"/join?peerId=ab%63&x=1", "/join", "peerId=ab%63&x=1", "abc"},
      {"/join?", "/join", "", ""},
      {"/join?a?b", "/join", "a?b", ""},
      {"", "", "", ""},
  };
  for (const auto& c : cases) {
    HttpRequest asked;
    asked.method = "GET";
    asked.target = c.target;
    asked.address = "127.0.0.1";
    const Request request = ForProgram(asked);
    EXPECT_EQ(request.path, c.path) << c.target;
    EXPECT_EQ(request.query, c.query) << c.target;
    EXPECT_EQ(request.peer_id, c.peer_id) << c.target;
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.address, "127.0.0.1");
  }
}

TEST(FromProgram, PassesOnWhatIsValid) {
  const HttpResponse answer = FromProgram({303, "", "go on", {{"Location", "/demo"}}});
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(answer.headers,
            (std::vector<std::pair<std::string, std::string>>{{"Location", "/demo"}}));
  EXPECT_EQ(answer.body, "go on");
  EXPECT_EQ(FromProgram({}).status, 200);
  EXPECT_EQ(FromProgram({.status = 599}).status, 599);
}

TEST(FromProgram, Answers500ForWhatIsNotValidHttp) {
  const std::vector<Response> cases = {
      {.status = 199},
      {.status = 600},
      {.status = -200},
      {.content_type = "text/html\r\nX-Evil: 1"},
      {.headers = {{"Location", "/a\r\n\r\nHTTP/1.1 200 OK"}}},
      {.headers = {{"Location", "/a\nX-Evil: 1"}}},
      {.headers = {{"Location", std::string("/a\0b", 4)}}},
      {.headers = {{"Bad Name", "x"}}},
      {.headers = {{"Bad:", "x"}}},
      {.headers = {{"", "x"}}},
  };
  for (size_t i = 0; i < cases.size(); ++i) {
    const HttpResponse answer = FromProgram(cases[i]);
    EXPECT_EQ(answer.status, 500) << i;
    EXPECT_EQ(answer.body,
              "The program that this hub runs in gave an answer that is not valid HTTP.\n")
        << i;
  }
}

}  // namespace
}  // namespace pigeonhub::net
