// SPDX-License-Identifier: Apache-2.0
#include "server/net/websocket/opening.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/net/http/message.h"
#include "server/net/websocket/session.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

// The value of a header line in the text of a message.
std::string HeaderOf(const std::string& text, const std::string& name) {
  const size_t begin = text.find("\r\n" + name + ": ");
  if (begin == std::string::npos) return {};
  const size_t from = begin + name.size() + 4;
  return text.substr(from, text.find("\r\n", from) - from);
}

class Silent : public Session::Host {
 public:
  void Write(std::string_view bytes) override { written += bytes; }
  HttpResponse OnHttp(const HttpRequest&) override { return {}; }
  std::optional<HttpResponse> OnUpgrade(const HttpRequest& request) override {
    authorization = request.authorization;
    return refusal;
  }
  void OnMalformedRequest(Reason) override { heard.push_back("malformed"); }
  void OnOpen(std::string_view target) override { heard.push_back("open " + std::string(target)); }
  void OnAccepted() override { heard.push_back("accepted"); }
  void OnRefused(const Opening::Refusal& why) override {
    heard.push_back("refused " + std::to_string(why.status) + " " + why.why);
  }
  void OnFrame() override {}
  void OnMessage(std::string&& payload) override { heard.push_back(payload); }
  void OnPeerClose(uint16_t code, std::string_view text) override {
    heard.push_back("closed " + std::to_string(code) + " " + std::string(text));
  }
  void OnViolation(Reason reason) override { heard.emplace_back(ReasonName(reason)); }

  std::string written;
  std::string authorization;
  std::optional<HttpResponse> refusal;
  std::vector<std::string> heard;
};

using Heard = std::vector<std::string>;

// Our client's half and our server's half, with nothing but strings between them.
class BothHalves : public testing::Test {
 protected:
  // Carries bytes both ways until none are left.
  void Exchange() {
    while (!from_client_.written.empty() || !from_server_.written.empty()) {
      std::string up = std::exchange(from_client_.written, {});
      server_.Feed(up.data(), up.size());
      std::string down = std::exchange(from_server_.written, {});
      client_.Feed(down.data(), down.size());
    }
  }

  Silent from_client_;
  Silent from_server_;
  Session client_{from_client_, 1000, Opening("hub.example:3000", "/?peerId=x", "Bearer t")};
  Session server_{from_server_, 1000};
};

TEST_F(BothHalves, Meet) {
  client_.Ask();
  EXPECT_EQ(HeaderOf(from_client_.written, "Host"), "hub.example:3000");
  Exchange();
  EXPECT_EQ(from_server_.heard, Heard{"open /?peerId=x"});
  EXPECT_EQ(from_server_.authorization, "Bearer t");
  EXPECT_EQ(from_client_.heard, Heard{"accepted"});

  const std::string_view frame = client_.Masked({"\x81\x05", 2}, "hello");
  from_client_.Write(frame);
  from_server_.Write({"\x81\x02hi", 4});
  client_.Ping("");
  Exchange();
  EXPECT_EQ(from_server_.heard.back(), "hello");
  EXPECT_EQ(from_client_.heard.back(), "hi");

  client_.Close(1000, "bye");
  Exchange();
  EXPECT_EQ(from_server_.heard.back(), "closed 1000 bye");
  EXPECT_TRUE(client_.ended_cleanly());
  EXPECT_TRUE(server_.ended_cleanly());
}

TEST_F(BothHalves, UnderstandFramesThatComeInOnePacketWithTheAnswer) {
  client_.Ask();
  std::string up = std::exchange(from_client_.written, {});
  server_.Feed(up.data(), up.size());
  from_server_.Write({"\x81\x02hi", 4});
  Exchange();
  EXPECT_EQ(from_client_.heard, (Heard{"accepted", "hi"}));
}

TEST_F(BothHalves, UnderstandAnAnswerHoweverItIsCut) {
  client_.Ask();
  std::string up = std::exchange(from_client_.written, {});
  server_.Feed(up.data(), up.size());
  from_server_.Write({"\x81\x02hi", 4});
  for (char byte : std::exchange(from_server_.written, {})) client_.Feed(&byte, 1);
  EXPECT_EQ(from_client_.heard, (Heard{"accepted", "hi"}));
}

TEST_F(BothHalves, TellARefusalByItsStatus) {
  from_server_.refusal = PlainAnswer(503, "Later.");
  client_.Ask();
  Exchange();
  EXPECT_EQ(from_client_.heard, Heard{"refused 503 HTTP 503"});
  EXPECT_EQ(client_.phase(), Session::Phase::kEnded);
}

TEST_F(BothHalves, MaskNoFrameOfAServer) {
  client_.Ask();
  Exchange();
  std::string masked = ClientFrame(kText, "hello");
  client_.Feed(masked.data(), masked.size());
  EXPECT_EQ(from_client_.heard.back(), "protocol_error");
}

// The accept value of a real answer, for the key that was asked with.
std::string AcceptOf(const std::string& request) {
  Silent host;
  Session server(host, 1000);
  std::string bytes = request;
  server.Feed(bytes.data(), bytes.size());
  return HeaderOf(host.written, "Sec-WebSocket-Accept");
}

TEST(Opening, TakesOnlyTheAnswerToItsOwnQuestion) {
  const Opening opening("h", "/");
  const std::string accept = AcceptOf(opening.Request());
  const std::string upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n";
  const std::string connection = "connection: keep-alive, Upgrade\r\n";
  EXPECT_FALSE(opening.Check(upgrade + connection + "sec-websocket-accept:  " + accept + "\r\n\r\n")
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
  for (const std::string& head : bad) EXPECT_TRUE(opening.Check(head).has_value()) << head;
}

TEST(Opening, AsksWithANewKeyEachTime) {
  const std::string one = HeaderOf(Opening("h", "/").Request(), "Sec-WebSocket-Key");
  const std::string other = HeaderOf(Opening("h", "/").Request(), "Sec-WebSocket-Key");
  EXPECT_EQ(one.size(), 24u);
  EXPECT_NE(one, other);
}

TEST(Opening, DoesNotReadAnAnswerWithoutAnEnd) {
  Silent host;
  Session client(host, 1000, Opening("h", "/"));
  std::string chunk(1000, 'x');
  for (int i = 0; i < 20; ++i) client.Feed(chunk.data(), chunk.size());
  EXPECT_EQ(host.heard, Heard{"refused 0 the answer has no end"});
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
  const Opening opening("hub.example", "/");
  for (const Answer& answer : answers) {
    const auto refusal =
        opening.Check(std::string("HTTP/1.1 503 Busy\r\n") + answer.headers + "\r\n");
    ASSERT_TRUE(refusal.has_value()) << answer.headers;
    EXPECT_EQ(refusal->status, 503);
    EXPECT_EQ(refusal->why, std::string("HTTP 503") + answer.why);
    EXPECT_EQ(refusal->retry_after.count(), answer.retry_after) << answer.headers;
  }
  const auto refusal = opening.Check("HTTP/1.1 302 Found\r\n" + long_location + "\r\n");
  EXPECT_NE(refusal->why.find(cut.substr(0, 150)), std::string::npos) << refusal->why;
  EXPECT_LT(refusal->why.size(), 300u);
}

}  // namespace
}  // namespace pigeonhub::net
