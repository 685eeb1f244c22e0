// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/client_session.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/net/http/message.h"
#include "server/net/websocket/server_session.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

// The owner of a session. It remembers what the session wrote and what it was told.
class Owner : public Session::Host {
 public:
  void Write(std::string_view header, std::string_view payload) override {
    written.append(header).append(payload);
  }
  void OnFrame() override {}
  void OnMessage(std::string&& payload) override { heard.push_back(payload); }
  void OnPeerClose(uint16_t code, std::string_view text) override {
    heard.push_back("closed " + std::to_string(code) + " " + std::string(text));
  }
  void OnViolation(Reason reason) override { heard.emplace_back(ReasonName(reason)); }

  std::string written;
  std::vector<std::string> heard;
};

class ServerOwner final : public Owner, public ServerSession::Handler {
 public:
  std::optional<HttpResponse> OnRequest(const HttpRequest& request) override {
    authorization = request.authorization;
    return refusal;
  }
  void OnMalformedRequest(Reason) override { heard.push_back("malformed"); }
  void OnOpen(std::string_view target) override { heard.push_back("open " + std::string(target)); }

  std::string authorization;
  std::optional<HttpResponse> refusal;
};

class ClientOwner final : public Owner, public ClientSession::Handler {
 public:
  void OnAccepted() override { heard.push_back("accepted"); }
  void OnRefused(const ClientHandshake::Refusal& why) override {
    heard.push_back("refused " + std::to_string(why.status) + " " + why.why);
  }
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

  ClientOwner from_client_;
  ServerOwner from_server_;
  ClientSession client_{
      from_client_, from_client_, 1000,
      ClientHandshake("hub.example:3000", "/?peerId=x", {{"Authorization", "Bearer t"}})};
  ServerSession server_{from_server_, from_server_, 1000};
};

TEST_F(BothHalves, Meet) {
  client_.Ask();
  EXPECT_NE(from_client_.written.find("\r\nHost: hub.example:3000\r\n"), std::string::npos);
  Exchange();
  EXPECT_EQ(from_server_.heard, Heard{"open /?peerId=x"});
  EXPECT_EQ(from_server_.authorization, "Bearer t");
  EXPECT_EQ(from_client_.heard, Heard{"accepted"});

  client_.Send({"\x81\x05", 2}, "hello");
  EXPECT_EQ(from_client_.written.find("hello"), std::string::npos) << "a client masks its frames";
  server_.Send({"\x81\x02", 2}, "hi");
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
  server_.Send({"\x81\x02", 2}, "hi");
  Exchange();
  EXPECT_EQ(from_client_.heard, (Heard{"accepted", "hi"}));
}

TEST_F(BothHalves, UnderstandAnAnswerHoweverItIsCut) {
  client_.Ask();
  std::string up = std::exchange(from_client_.written, {});
  server_.Feed(up.data(), up.size());
  server_.Send({"\x81\x02", 2}, "hi");
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

TEST(ClientSession, DoesNotReadAnAnswerWithoutAnEnd) {
  ClientOwner host;
  ClientSession client(host, host, 1000, ClientHandshake("h", "/"));
  std::string chunk(1000, 'x');
  for (int i = 0; i < 20; ++i) client.Feed(chunk.data(), chunk.size());
  EXPECT_EQ(host.heard, Heard{"refused 0 the answer has no end"});
}

}  // namespace
}  // namespace pigeonhub::net
