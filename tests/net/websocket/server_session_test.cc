// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/server_session.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/core/reason.h"
#include "server/net/http/upgrade_gate.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

const std::string kHead = "Host: hub.example\r\n";
const std::string kUpgradeHeaders =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

std::string UpgradeRequest(const std::string& target = "/?peerId=x") {
  return "GET " + target + " HTTP/1.1\r\n" + kHead + kUpgradeHeaders + "\r\n";
}

// A session and all that it ever said.
class ServerSessionTest : public testing::Test,
                          protected Session::Host,
                          protected ServerSession::Handler {
 protected:
  void Feed(std::string bytes) { session_.Feed(bytes.data(), bytes.size()); }

  void OpenIt() {
    Feed(UpgradeRequest());
    ASSERT_EQ(session_.phase(), Session::Phase::kOpen);
    written_.clear();
  }

  std::vector<ServerFrame> Frames() const { return AllFrames(written_); }

  void Write(std::string_view header, std::string_view payload) override {
    written_.append(header).append(payload);
  }
  std::optional<HttpResponse> OnRequest(const HttpRequest& request) override {
    if (WantsWebSocket(request)) return OnUpgrade(request);
    heard_.push_back("http " + std::string(request.method) + " " + std::string(request.target));
    for (const std::string& name : asked_headers_) {
      heard_.push_back(name + "=" + std::string(request.header(name)));
    }
    return HttpResponse{
        .status = 200, .headers = {{"X-Test", "yes"}}, .body = "body", .close = close_with_answer_};
  }
  std::optional<HttpResponse> OnUpgrade(const HttpRequest& request) const {
    std::optional<HttpResponse> answer = upgrade_answer_;
    if (!answer.has_value()) {
      const std::optional<HandshakeRefusal> refusal = CheckHandshake(request);
      if (!refusal.has_value()) return std::nullopt;
      answer = refusal->response;
    }
    answer->close = true;
    return answer;
  }
  void OnMalformedRequest(Reason reason) override {
    heard_.push_back("malformed " + std::string(ReasonName(reason)));
  }
  void OnOpen(std::string_view target) override {
    heard_.push_back("open " + std::string(target));
    if (pause_on_open_) session_.Pause();
  }
  void OnFrame() override {
    ++frames_;
    if (hears_frames_) heard_.push_back("frame");
  }
  void OnPong(std::string_view payload) override {
    heard_.push_back("pong " + std::string(payload));
  }
  void OnMessage(std::string&& payload) override {
    heard_.push_back("message " + payload);
    if (payload == "close me") session_.Close(1008, "as you wish");
  }
  void OnPeerClose(uint16_t code, std::string_view text) override {
    heard_.push_back("peer close " + std::to_string(code) + " " + std::string(text));
  }
  void OnViolation(Reason reason) override {
    heard_.push_back("violation " + std::string(ReasonName(reason)));
  }

  std::vector<std::string> heard_;
  std::string written_;
  int frames_ = 0;
  bool hears_frames_ = false;
  bool pause_on_open_ = false;
  bool close_with_answer_ = false;
  std::vector<std::string> asked_headers_;
  std::optional<HttpResponse> upgrade_answer_;
  ServerSession session_{*this, *this, 1000};
};

using Heard = std::vector<std::string>;

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

TEST_F(ServerSessionTest, UpgradesWithTheAnswerOfRfc6455) {
  Feed(UpgradeRequest("/any/path?peerId=abc"));
  EXPECT_EQ(heard_, Heard{"open /any/path?peerId=abc"});
  // The accept value is the example of section 1.3.
  EXPECT_EQ(written_,
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nUpgrade: websocket\r\n\r\n");
}

TEST_F(ServerSessionTest, UnderstandsBytesHoweverTheyAreCut) {
  const std::string all = UpgradeRequest() + ClientFrame(kText, "hello") +
                          ClientFrame(kBinary, "world") + ClientFrame(kPing, "p") +
                          ClientFrame(kCloseFrame, ClosePayload(4001, "bye"));
  for (char byte : all) Feed(std::string(1, byte));
  EXPECT_EQ(heard_,
            (Heard{"open /?peerId=x", "message hello", "message world", "peer close 4001 bye"}));
  EXPECT_EQ(session_.phase(), Session::Phase::kEnded);
}

TEST_F(ServerSessionTest, TellsOfEachFrameAfterWhatItSaysButOfNoCloseFrame) {
  hears_frames_ = true;
  Feed(UpgradeRequest() + ClientFrame(kText, "hello") + ClientFrame(kPong, "") +
       ClientFrame(kCloseFrame, ClosePayload(1001, "")));
  EXPECT_EQ(heard_, (Heard{"open /?peerId=x", "message hello", "frame", "pong ", "frame",
                           "peer close 1001 "}));
}

TEST_F(ServerSessionTest, TakesTargetsOfAnyKind) {
  for (const char* target : {"//", "/?peerId=%", "http://[::1/?x", "*", "/\xff\xfe"}) {
    ServerSession session(*this, *this, 1000);
    std::string bytes = UpgradeRequest(target);
    session.Feed(bytes.data(), bytes.size());
    EXPECT_EQ(session.phase(), Session::Phase::kOpen) << target;
    EXPECT_EQ(heard_.back(), std::string("open ") + target);
  }
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

TEST_F(ServerSessionTest, SpeaksTheFirstSubprotocolThatIsNamed) {
  Feed("GET / HTTP/1.1\r\n" + kHead + kUpgradeHeaders +
       "Sec-WebSocket-Protocol: peerpigeon.v1 , other\r\nSec-WebSocket-Protocol: third\r\n\r\n");
  EXPECT_NE(written_.find("\r\nSec-WebSocket-Protocol: peerpigeon.v1\r\n"), std::string::npos)
      << written_;
}

TEST_F(ServerSessionTest, NamesNoSubprotocolUnasked) {
  Feed(UpgradeRequest());
  EXPECT_EQ(written_.find("Sec-WebSocket-Protocol"), std::string::npos) << written_;
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

TEST_F(ServerSessionTest, HoldsWhatCameWithTheHandshakeWhilePaused) {
  pause_on_open_ = true;
  Feed(UpgradeRequest() + ClientFrame(kText, "announce"));
  EXPECT_EQ(heard_.size(), 1u);
  Feed(ClientFrame(kText, "second"));
  EXPECT_EQ(heard_.size(), 1u);
  session_.Resume();
  EXPECT_EQ(heard_, (Heard{"open /?peerId=x", "message announce", "message second"}));
}

TEST_F(ServerSessionTest, HearsTheCloseAnswerOfAPeerThatWasPaused) {
  pause_on_open_ = true;
  Feed(UpgradeRequest() + ClientFrame(kText, "announce") +
       ClientFrame(kCloseFrame, ClosePayload(1008)));
  session_.Close(1008, "Peer already connected");
  session_.Resume();
  EXPECT_EQ(heard_, Heard{"open /?peerId=x"});
  EXPECT_EQ(session_.phase(), Session::Phase::kEnded);
  EXPECT_TRUE(session_.ended_cleanly());
}

TEST_F(ServerSessionTest, AnswersPingsWithTheirPayload) {
  OpenIt();
  Feed(ClientFrame(kPing, "are you there"));
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].opcode, kPong);
  EXPECT_EQ(Frames()[0].payload, "are you there");
}

TEST_F(ServerSessionTest, JoinsFragmentsAroundAControlFrame) {
  OpenIt();
  Feed(ClientFrame(kText, "in ", {.fin = false}) + ClientFrame(kPong, "") +
       ClientFrame(kContinuation, "two ", {.fin = false}) + ClientFrame(kContinuation, "parts"));
  EXPECT_EQ(heard_.back(), "message in two parts");
}

TEST_F(ServerSessionTest, TakesMessagesUpToTheLimitExactly) {
  OpenIt();
  Feed(ClientFrame(kText, std::string(1000, 'x')));
  EXPECT_EQ(session_.phase(), Session::Phase::kOpen);
  EXPECT_EQ(heard_.back().size(), 1000 + std::string("message ").size());
}

TEST_F(ServerSessionTest, AnswersEveryViolationWithItsCloseCode) {
  struct Case {
    const char* what;
    std::string bytes;
    uint16_t code;
  };
  const std::vector<Case> cases = {
      {"unmasked", ClientFrame(kText, "x", {.masked = false}), 1002},
      {"reserved bit 1, as for compression", ClientFrame(kText, "x", {.reserved_bits = 0x40}),
       1002},
      {"reserved bit 2", ClientFrame(kText, "x", {.reserved_bits = 0x20}), 1002},
      {"reserved bit 3", ClientFrame(kText, "x", {.reserved_bits = 0x10}), 1002},
      {"reserved data opcode", ClientFrame(3, "x"), 1002},
      {"reserved control opcode", ClientFrame(11, "x"), 1002},
      {"fragmented ping", ClientFrame(kPing, "x", {.fin = false}), 1002},
      {"ping over 125 bytes", ClientFrame(kPing, std::string(126, 'x')), 1002},
      {"continuation of nothing", ClientFrame(kContinuation, "x"), 1002},
      {"message within a message",
       ClientFrame(kText, "x", {.fin = false}) + ClientFrame(kText, "y"), 1002},
      {"length in too long a form", ClientFrame(kText, "x", {.length_bytes = 2}), 1002},
      {"length in much too long a form", ClientFrame(kText, "x", {.length_bytes = 8}), 1002},
      {"one byte too many", ClientFrame(kText, std::string(1001, 'x')), 1009},
      {"binary too large", ClientFrame(kBinary, std::string(1001, 'x')), 1009},
      {"claims 4 GiB",
       ClientFrame(kText, "", {.length_bytes = 8, .claimed_size = int64_t{1} << 32}), 1009},
      {"claims nearly all there is",
       ClientFrame(kText, "", {.length_bytes = 8, .claimed_size = INT64_MAX}), 1009},
      {"fragments that add up",
       ClientFrame(kText, std::string(600, 'x'), {.fin = false}) +
           ClientFrame(kContinuation, std::string(401, 'x')),
       1009},
      {"bad UTF-8", ClientFrame(kText, "\xff"), 1007},
      {"overlong UTF-8", ClientFrame(kText, "\xc0\xaf"), 1007},
      {"a surrogate", ClientFrame(kText, "\xed\xa0\x80"), 1007},
      {"ends within a character", ClientFrame(kText, "\xe2\x82"), 1007},
      {"ends within a character, in fragments",
       ClientFrame(kText, "\xe2", {.fin = false}) + ClientFrame(kContinuation, "\x82"), 1007},
      {"close payload of one byte", ClientFrame(kCloseFrame, "x"), 1002},
      {"close code nobody may send", ClientFrame(kCloseFrame, ClosePayload(1006)), 1002},
      {"close code below the range", ClientFrame(kCloseFrame, ClosePayload(999)), 1002},
      {"close code reserved", ClientFrame(kCloseFrame, ClosePayload(2000)), 1002},
      {"close text that is no UTF-8", ClientFrame(kCloseFrame, ClosePayload(1000, "\xff")), 1007},
  };
  for (const Case& one : cases) {
    written_.clear();
    heard_.clear();
    ServerSession session(*this, *this, 1000);
    std::string bytes = UpgradeRequest();
    session.Feed(bytes.data(), bytes.size());
    written_.clear();
    bytes = one.bytes + ClientFrame(kText, "afterwards");
    session.Feed(bytes.data(), bytes.size());
    EXPECT_EQ(session.phase(), Session::Phase::kEnded) << one.what;
    ASSERT_EQ(Frames().size(), 1u) << one.what;
    EXPECT_EQ(Frames()[0].opcode, kCloseFrame) << one.what;
    EXPECT_EQ(Frames()[0].close_code(), one.code) << one.what;
    ASSERT_EQ(heard_.size(), 2u) << one.what;
    EXPECT_TRUE(heard_[1].starts_with("violation ")) << one.what << ": " << heard_[1];
  }
}

TEST_F(ServerSessionTest, TakesACharacterThatSpansFragments) {
  OpenIt();
  Feed(ClientFrame(kText, "\xe2", {.fin = false}) + ClientFrame(kContinuation, "\x82\xac"));
  EXPECT_EQ(heard_.back(), "message \xe2\x82\xac");
}

TEST_F(ServerSessionTest, EchoesThePeersCloseCode) {
  OpenIt();
  Feed(ClientFrame(kCloseFrame, ClosePayload(1000, "Client disconnect")));
  EXPECT_EQ(heard_.back(), "peer close 1000 Client disconnect");
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].close_code(), 1000);
  EXPECT_TRUE(session_.ended_cleanly());
}

TEST_F(ServerSessionTest, AnswersACloseWithoutACodeByOneWithout) {
  OpenIt();
  Feed(ClientFrame(kCloseFrame, ""));
  EXPECT_EQ(heard_.back(), "peer close 1005 ");
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_TRUE(Frames()[0].payload.empty());
}

TEST_F(ServerSessionTest, WaitsForTheAnswerToItsOwnClose) {
  OpenIt();
  session_.Close(1000, "Server shutting down");
  EXPECT_EQ(session_.phase(), Session::Phase::kClosing);
  Feed(ClientFrame(kText, "too late") + ClientFrame(kPing, "too late"));
  Feed(ClientFrame(kCloseFrame, ClosePayload(1000)));
  EXPECT_EQ(heard_, Heard{"open /?peerId=x"});
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].close_text(), "Server shutting down");
  EXPECT_TRUE(session_.ended_cleanly());
}

TEST_F(ServerSessionTest, MayBeClosedFromWithinAMessage) {
  OpenIt();
  Feed(ClientFrame(kText, "close me") + ClientFrame(kText, "and this?"));
  EXPECT_EQ(heard_.back(), "message close me");
  EXPECT_EQ(session_.phase(), Session::Phase::kClosing);
}

TEST_F(ServerSessionTest, TellsWhatAPongCarries) {
  OpenIt();
  session_.Ping("4711");
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].payload, "4711");
  Feed(ClientFrame(kPong, "4711") + ClientFrame(kPong, ""));
  EXPECT_EQ(heard_, (Heard{"open /?peerId=x", "pong 4711", "pong "}));
}

TEST_F(ServerSessionTest, KnowsWhetherAMessageIsUnderWay) {
  EXPECT_FALSE(session_.mid_message());
  OpenIt();
  EXPECT_FALSE(session_.mid_message());
  const std::string text = ClientFrame(kText, "hello");
  Feed(text.substr(0, 8));
  EXPECT_TRUE(session_.mid_message());
  Feed(text.substr(8));
  EXPECT_FALSE(session_.mid_message());

  Feed(ClientFrame(kText, "in two ", {.fin = false}));
  EXPECT_TRUE(session_.mid_message());
  Feed(ClientFrame(kPing, ""));
  EXPECT_TRUE(session_.mid_message());
  Feed(ClientFrame(kContinuation, "frames"));
  EXPECT_FALSE(session_.mid_message());
}

TEST_F(ServerSessionTest, WritesNothingAfterItsEnd) {
  OpenIt();
  Feed(ClientFrame(kCloseFrame, ""));
  written_.clear();
  session_.Ping("");
  session_.Close(1000, "");
  Feed(ClientFrame(kPing, ""));
  EXPECT_TRUE(written_.empty());
}

}  // namespace
}  // namespace pigeonhub::net
