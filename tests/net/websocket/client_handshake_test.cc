// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/client_handshake.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/net/websocket/handshake_key.h"

namespace pigeonhub::net {
namespace {

// The value of a header line in the text of a message.
std::string HeaderOf(const std::string& text, const std::string& name) {
  const size_t begin = text.find("\r\n" + name + ": ");
  if (begin == std::string::npos) return {};
  const size_t from = begin + name.size() + 4;
  return text.substr(from, text.find("\r\n", from) - from);
}

TEST(ClientHandshake, TakesOnlyTheAnswerToItsOwnQuestion) {
  const ClientHandshake handshake("h", "/");
  const std::string accept = AcceptKeyFor(HeaderOf(handshake.Request(), "Sec-WebSocket-Key"));
  const std::string upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n";
  const std::string connection = "connection: keep-alive, Upgrade\r\n";
  EXPECT_FALSE(
      handshake.Check(upgrade + connection + "sec-websocket-accept:  " + accept + "\r\n\r\n")
          .has_value());
  const std::vector<std::string> bad = {
      "",
      "\r\n\r\n",
      "nonsense\r\n\r\n",
      "HTTP/1.1 1x1 Yes\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\n",
      upgrade + connection + "\r\n",
      upgrade + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n",
      "HTTP/1.1 101 OK\r\n" + connection + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n",
      upgrade + connection + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
      upgrade + connection + "Sec-WebSocket-Accept: " + accept +
          "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
      upgrade + connection + "Sec-WebSocket-Accept: " + accept +
          "\r\nSec-WebSocket-Protocol: chat\r\n\r\n",
  };
  for (const std::string& head : bad) EXPECT_TRUE(handshake.Check(head).has_value()) << head;
}

TEST(ClientHandshake, AsksWithANewKeyEachTime) {
  const std::string one = HeaderOf(ClientHandshake("h", "/").Request(), "Sec-WebSocket-Key");
  const std::string other = HeaderOf(ClientHandshake("h", "/").Request(), "Sec-WebSocket-Key");
  EXPECT_EQ(one.size(), 24u);
  EXPECT_NE(one, other);
}

// ---- Where else to go, and when

struct Answer {
  const char* headers;
  const char* why;
  int retry_after;  // seconds
};

TEST(Refusal, SaysWhereElseToGoAndWhenToComeAgain) {
  const std::string long_path(300, 'p');
  const std::string long_location = "Location: ws://h/" + long_path + "\r\n";
  const std::string cut = " (Location: ws://h/" + long_path.substr(0, 190);
  const Answer answers[] = {
      {"", "", 0},
      {"Retry-After: 120\r\n", " (Retry-After: 120 s)", 120},
      {"retry-after: 0\r\n", " (Retry-After: 0 s)", 0},
      {"Retry-After: 4294967295\r\n", " (Retry-After: 86400 s)", 86400},
      {"Retry-After: soon\r\n", "", 0},
      {"Retry-After: -1\r\n", "", 0},
      {"Retry-After: 99999999999999999999\r\n", "", 0},
      {"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n", " (Retry-After: 0 s)", 0},
      {"Retry-After: Fri, 31 Dec 2399 23:59:59 GMT\r\n", " (Retry-After: 86400 s)", 86400},
      {"Location: wss://hub.example/x\r\n", " (Location: wss://hub.example/x)", 0},
      {"Location: wss://me:pw@hub.example/x@y?token=t#f\r\n",
       " (Location: wss://***@hub.example/x@y?token=***#***)", 0},
      {"Location: /login\r\nRetry-After: 5\r\n", " (Retry-After: 5 s, Location: /login)", 5},
      {"Location: /\x1b[31m\r\n", " (Location: /\\u001b[31m)", 0},
  };
  const ClientHandshake handshake("hub.example", "/");
  for (const Answer& answer : answers) {
    const auto refusal =
        handshake.Check(std::string("HTTP/1.1 503 Busy\r\n") + answer.headers + "\r\n");
    ASSERT_TRUE(refusal.has_value()) << answer.headers;
    EXPECT_EQ(refusal->status, 503);
    EXPECT_EQ(refusal->why, std::string("HTTP 503") + answer.why);
    EXPECT_EQ(refusal->retry_after.count(), answer.retry_after) << answer.headers;
  }
  const auto refusal = handshake.Check("HTTP/1.1 302 Found\r\n" + long_location + "\r\n");
  EXPECT_EQ(refusal->why, "HTTP 302 (Location: ws://h/***)") << "a long part may be a secret";
  EXPECT_LT(refusal->why.size(), 300u);
}

}  // namespace
}  // namespace pigeonhub::net
