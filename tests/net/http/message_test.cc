// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/message.h"

#include <gtest/gtest.h>

namespace pigeonhub::net {
namespace {

TEST(HttpMessage, SaysTheReasonAndThePageThatHelps) {
  EXPECT_EQ(PlainAnswer(401, Reason::kTokenMissing, "this hub asks for a token.").body,
            "token_missing: this hub asks for a token; see docs/app-developers.md#token\n");
  EXPECT_EQ(PlainAnswer(503, Reason::kNotServing, "this hub is shutting down.").body,
            "not_serving: this hub is shutting down.\n");
}

TEST(HttpBytes, SaysHowLongTheBodyIs) {
  const HttpResponse response{.status = 200, .headers = {{"X-Test", "yes"}}, .body = "body"};
  EXPECT_EQ(HttpBytes(response, /*head_only=*/false, /*keep=*/true),
            "HTTP/1.1 200 OK\r\nX-Test: yes\r\nContent-Length: 4\r\nConnection: "
            "keep-alive\r\n\r\nbody");
  EXPECT_EQ(HttpBytes(response, /*head_only=*/true, /*keep=*/false),
            "HTTP/1.1 200 OK\r\nX-Test: yes\r\nContent-Length: 4\r\nConnection: close\r\n\r\n");
}

TEST(HttpBytes, LeavesTheBodyOutWhereHttpHasNone) {
  EXPECT_EQ(HttpBytes({.status = 204, .headers = {}, .body = "body"}, false, true),
            "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(HttpBytes({.status = 304, .headers = {}, .body = "body"}, false, true),
            "HTTP/1.1 304 Not Modified\r\nConnection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace pigeonhub::net
