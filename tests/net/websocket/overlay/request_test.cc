// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <websocketpp/http/request.hpp>
// Nothing but the overlay's copy of request.hpp can have included the overlay's search.
#ifndef WEBSOCKETPP_HTTP_LINE_END_HPP
#error "request.hpp is not the overlay's, or the substitution found nothing to replace"
#endif

#include <string>

namespace {

using websocketpp::http::parser::find_line_end;
using websocketpp::http::parser::request;

const std::string kRequest =
    "GET /?peerId=x HTTP/1.1\r\n"
    "Host: hub.example\r\n"
    "Sec-WebSocket-Key: one\r\n"
    "sec-websocket-kez: two\r\n"
    "X-LIST: a\r\n"
    "x-list:b \r\n"
    "Empty: \r\n"
    "Empty: filled\r\n"
    "\r\n";

TEST(Request, IsReadWhereverThePieceEnds) {
  for (size_t cut = 0; cut < kRequest.size(); ++cut) {
    request read;
    ASSERT_EQ(read.consume(kRequest.data(), cut), cut);
    ASSERT_FALSE(read.ready());
    ASSERT_EQ(read.consume(kRequest.data() + cut, kRequest.size() - cut), kRequest.size() - cut);
    ASSERT_TRUE(read.ready());
    EXPECT_EQ(read.get_uri(), "/?peerId=x");
    EXPECT_EQ(read.get_header("Host"), "hub.example");
  }
}

TEST(Request, LeavesWhatStandsBehindItsHead) {
  request read;
  const std::string bytes = kRequest + "\r\nmore";
  EXPECT_EQ(read.consume(bytes.data(), bytes.size()), kRequest.size());
}

TEST(Request, KnowsItsFieldsInUpperAndLowerCase) {
  request read;
  read.consume(kRequest.data(), kRequest.size());
  EXPECT_EQ(read.get_header("SEC-WEBSOCKET-KEY"), "one");
  EXPECT_EQ(read.get_header("Sec-WebSocket-Kez"), "two");
  EXPECT_EQ(read.get_header("Sec-WebSocket-Kex"), "");
  EXPECT_EQ(read.get_header("Sec-WebSocket"), "");
}

TEST(Request, JoinsFieldsOfOneName) {
  request read;
  read.consume(kRequest.data(), kRequest.size());
  EXPECT_EQ(read.get_header("X-List"), "a, b");
  EXPECT_EQ(read.get_header("Empty"), "filled");
}

TEST(LineEnd, IsFoundBehindTheBeginningOnly) {
  std::string text = "\r\na\rb\n\r\n";
  EXPECT_EQ(find_line_end(text, text.begin()) - text.begin(), 0);
  EXPECT_EQ(find_line_end(text, text.begin() + 1) - text.begin(), 6);
  EXPECT_EQ(find_line_end(text, text.begin() + 7), text.end());
  EXPECT_EQ(find_line_end(text, text.end()), text.end());
}

}  // namespace
