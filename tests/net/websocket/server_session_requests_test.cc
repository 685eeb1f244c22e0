// SPDX-License-Identifier: Apache-2.0
//
// What a session makes of HTTP requests other than a good upgrade.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/net/websocket/server_session_fixture.h"

namespace pigeonhub::net {
namespace {

TEST_F(ServerSessionTest, ShowsEveryHeaderOfARequest) {
  asked_headers_ = {"host", "X-Twice", "x-twice", "Cookie", "", "none"};
  Feed("GET / HTTP/1.1\r\n" + kHead + "X-Twice: one\r\nCookie: a=1; b=2\r\nx-TWICE: two\r\n\r\n");
  EXPECT_EQ(heard_,
            (std::vector<std::string>{"http GET /", "host=hub.example", "X-Twice=one, two",
                                      "x-twice=one, two", "Cookie=a=1; b=2", "=", "none="}));
  session_.Resume();
  heard_.clear();
  asked_headers_ = {"Host", "Cookie"};
  Feed("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_EQ(heard_, (std::vector<std::string>{"http GET /old", "Host=", "Cookie="}));
}

TEST_F(ServerSessionTest, AnswersOneRequestAfterTheOther) {
  Feed("GET /health HTTP/1.1\r\n" + kHead + "\r\n");
  EXPECT_EQ(written_,
            "HTTP/1.1 200 OK\r\nX-Test: yes\r\nContent-Length: 4\r\n"
            "Connection: keep-alive\r\n\r\nbody");
  EXPECT_TRUE(session_.answering());
  EXPECT_FALSE(session_.idle());
  session_.Resume();
  EXPECT_TRUE(session_.idle());
  Feed("GET /hubs HTTP/1.1\r\n");
  EXPECT_FALSE(session_.idle());
  Feed(kHead + "\r\n");
  EXPECT_EQ(heard_, (Heard{"http GET /health", "http GET /hubs"}));
  session_.Resume();
  Feed(UpgradeRequest());
  EXPECT_EQ(session_.phase(), Session::Phase::kOpen);
}

TEST_F(ServerSessionTest, HoldsTheNextRequestUntilTheAnswerHasLeft) {
  Feed("GET /1 HTTP/1.1\r\n" + kHead + "\r\nGET /2 HTTP/1.1\r\n" + kHead + "\r\nGET /3 HTTP");
  EXPECT_EQ(heard_, Heard{"http GET /1"});
  session_.Resume();
  EXPECT_EQ(heard_, (Heard{"http GET /1", "http GET /2"}));
  session_.Resume();
  EXPECT_FALSE(session_.answering());
  EXPECT_FALSE(session_.idle());
  Feed("/1.1\r\n" + kHead + "\r\n");
  EXPECT_EQ(heard_.back(), "http GET /3");
}

TEST_F(ServerSessionTest, KeepsTheConnectionAsTheRequestAsks) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: Keep-Alive\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: TE, Close\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nHost: h\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
      {"GET / HTTP/2.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n", false},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", true},
      // Where one request ends and the next begins must never be in doubt.
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody", false},
      {"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0, 4\r\n\r\nbody", false},
      {"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", false},
  };
  for (const auto& [request, kept] : cases) {
    written_.clear();
    ServerSession session(*this, *this, 1000);
    std::string bytes = request;
    session.Feed(bytes.data(), bytes.size());
    EXPECT_EQ(session.answering(), kept) << request;
    EXPECT_EQ(session.phase() == Session::Phase::kEnded, !kept) << request;
    const char* told = kept ? "\r\nConnection: keep-alive\r\n" : "\r\nConnection: close\r\n";
    EXPECT_NE(written_.find(told), std::string::npos) << request << written_;
  }
}

TEST_F(ServerSessionTest, EndsWithAnAnswerThatCloses) {
  close_with_answer_ = true;
  Feed("GET / HTTP/1.1\r\n" + kHead + "\r\n");
  EXPECT_NE(written_.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_EQ(session_.phase(), Session::Phase::kEnded);
}

TEST_F(ServerSessionTest, NeedsAHostFromHttp11AloneAndItMayBeEmpty) {
  for (const char* method : {"GET", "HEAD", "OPTIONS"}) {
    for (const char* rest : {" / HTTP/1.0\r\n\r\n", " / HTTP/1.0\r\nHost:\r\n\r\n",
                             " / HTTP/1.1\r\nHost:\r\n\r\n", " / HTTP/1.1\r\nhost: \r\n\r\n"}) {
      heard_.clear();
      ServerSession session(*this, *this, 1000);
      std::string bytes = std::string(method) + rest;
      session.Feed(bytes.data(), bytes.size());
      EXPECT_EQ(heard_, Heard{"http " + std::string(method) + " /"}) << method << rest;
    }
  }
}

TEST_F(ServerSessionTest, AnswersTlsWithAnAlertAtItsFirstByte) {
  Feed("\x16");
  EXPECT_EQ(written_, std::string("\x15\x03\x01\x00\x02\x02\x28", 7));
  EXPECT_EQ(heard_, Heard{"malformed tls_on_plain_port"});
  EXPECT_EQ(session_.phase(), Session::Phase::kEnded);
}

TEST_F(ServerSessionTest, TurnsAwayAtOnceWhatCannotBeginARequest) {
  for (int first = 0; first < 256; ++first) {
    const bool letter = (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
    if (letter || first == 0x16) continue;
    written_.clear();
    heard_.clear();
    ServerSession session(*this, *this, 1000);
    char byte = static_cast<char>(first);
    session.Feed(&byte, 1);
    EXPECT_EQ(heard_, Heard{"malformed bad_handshake"}) << first;
    EXPECT_TRUE(written_.starts_with("HTTP/1.1 400 ")) << first << written_;
  }
  Feed("G");
  EXPECT_EQ(session_.phase(), Session::Phase::kHandshake);
}

TEST_F(ServerSessionTest, LooksAtTheFirstByteOfEveryRequest) {
  Feed("GET / HTTP/1.1\r\n" + kHead + "\r\n\x16\x03\x01");
  session_.Resume();
  EXPECT_EQ(heard_, (Heard{"http GET /", "malformed tls_on_plain_port"}));
}

TEST_F(ServerSessionTest, KnowsAWebSocketWhoseUpgradeWasDropped) {
  upgrade_answer_ = PlainAnswer(426, "What upgrade?");
  for (const char* request : {"GET /?peerId=x HTTP/1.0\r\n\r\n",
                              "GET / HTTP/1.1\r\nHost: h\r\nSec-WebSocket-Key: k\r\n\r\n",
                              "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: upgrade\r\n"
                              "Sec-WebSocket-Key: k\r\n\r\n"}) {
    written_.clear();
    ServerSession session(*this, *this, 1000);
    std::string bytes = request;
    session.Feed(bytes.data(), bytes.size());
    EXPECT_TRUE(written_.starts_with("HTTP/1.1 426 Upgrade Required\r\n")) << request << written_;
    EXPECT_EQ(session.phase(), Session::Phase::kEnded);
  }
}

TEST_F(ServerSessionTest, AnswersHeadWithoutABody) {
  Feed("HEAD / HTTP/1.1\r\n" + kHead + "\r\n");
  EXPECT_EQ(written_,
            "HTTP/1.1 200 OK\r\nX-Test: yes\r\nContent-Length: 4\r\n"
            "Connection: keep-alive\r\n\r\n");
}

TEST_F(ServerSessionTest, DoesNotWaitForABodyThatNobodyReads) {
  Feed("POST / HTTP/1.1\r\n" + kHead + "Content-Length: 5000\r\n\r\nonly this");
  EXPECT_EQ(heard_, Heard{"http POST /"});
}

TEST_F(ServerSessionTest, AnswersWhatIsNoHttpWithAnErrorStatus) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"nonsense\r\n\r\n", "400"},
      {"GET / HTTP/1.1\r\n\r\n", "400"},  // no Host
      {"GET / HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n", "400"},
      {"G(T / HTTP/1.1\r\n" + kHead + "\r\n", "400"},
      {"GET / HTTP/1.1\r\n" + kHead + "X: " + std::string(17000, 'x') + "\r\n\r\n", "431"},
      {"GET / HTTP/1.1\r\n" + kHead + "Content-Length: 70000\r\n\r\n", "413"},
      {"GET / HTTP/1.1\r\n" + kHead + "Content-Length: -1\r\n\r\n", "413"},
  };
  for (const auto& [request, status] : cases) {
    written_.clear();
    heard_.clear();
    ServerSession session(*this, *this, 1000);
    std::string bytes = request;
    session.Feed(bytes.data(), bytes.size());
    EXPECT_EQ(heard_, Heard{"malformed bad_handshake"}) << request;
    EXPECT_TRUE(written_.starts_with("HTTP/1.1 " + status + " ")) << written_;
    EXPECT_EQ(session.phase(), Session::Phase::kEnded);
  }
}

TEST_F(ServerSessionTest, RefusesAnUpgradeWithTheAnswerItIsGiven) {
  upgrade_answer_ = PlainAnswer(503, "Later.");
  Feed(UpgradeRequest());
  EXPECT_TRUE(written_.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
  EXPECT_TRUE(heard_.empty());
  EXPECT_EQ(session_.phase(), Session::Phase::kEnded);
}

}  // namespace
}  // namespace pigeonhub::net
