// SPDX-License-Identifier: Apache-2.0
//
// The session against a WebSocket client that is not ours: websocketpp's, over its iostream
// transport. Whole conversations in memory, without a port.
#include <gtest/gtest.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>
#include <websocketpp/client.hpp>
#include <websocketpp/config/core_client.hpp>
#include <websocketpp/logger/stub.hpp>

#include "server/net/http/upgrade_gate.h"
#include "server/net/websocket/server_session.h"

namespace pigeonhub::net {
namespace {

struct QuietClient : websocketpp::config::core_client {
  using concurrency_type = websocketpp::config::core_client::concurrency_type;
  using alog_type = websocketpp::log::stub;
  using elog_type = websocketpp::log::stub;
  struct transport_config : websocketpp::config::core_client::transport_config {
    using alog_type = QuietClient::alog_type;
    using elog_type = QuietClient::elog_type;
  };
  using transport_type = websocketpp::transport::iostream::endpoint<transport_config>;
};
using Client = websocketpp::client<QuietClient>;

class ForeignClient : public testing::Test,
                      protected Session::Host,
                      protected ServerSession::Handler {
 protected:
  ForeignClient() {
    client_.register_ostream(&from_client_);
    client_.set_open_handler(
        [this](websocketpp::connection_hdl) { client_heard_.push_back("open"); });
    client_.set_message_handler(
        [this](websocketpp::connection_hdl, const Client::message_ptr& message) {
          client_heard_.push_back(message->get_payload());
        });
    client_.set_pong_handler([this](websocketpp::connection_hdl, const std::string& payload) {
      client_heard_.push_back("pong " + payload);
    });
    client_.set_close_handler([this](websocketpp::connection_hdl) {
      client_heard_.push_back("closed " + std::to_string(connection_->get_remote_close_code()) +
                              " " + connection_->get_remote_close_reason());
    });
    client_.set_fail_handler([this](websocketpp::connection_hdl) {
      client_heard_.push_back("refused " + std::to_string(connection_->get_response_code()));
    });
  }

  void Connect() {
    websocketpp::lib::error_code error;
    connection_ = client_.get_connection("ws://hub.example/?peerId=abc", error);
    ASSERT_FALSE(error) << error.message();
    client_.connect(connection_);
    Exchange();
  }

  // Carries bytes to and fro until both have said all they had to say.
  void Exchange() {
    for (;;) {
      std::string up = from_client_.str();
      from_client_.str("");
      session_.Feed(up.data(), up.size());
      const std::string down = std::exchange(from_session_, {});
      if (up.empty() && down.empty()) return;
      connection_->read_all(down.data(), down.size());
    }
  }

  void Write(std::string_view header, std::string_view payload) override {
    from_session_.append(header).append(payload);
  }
  std::optional<HttpResponse> OnRequest(const HttpRequest& request) override {
    if (refuse_) return PlainAnswer(503, "Later.");
    const auto refusal = CheckHandshake(request);
    return refusal.has_value() ? std::optional(refusal->response) : std::nullopt;
  }
  void OnMalformedRequest(Reason) override { heard_.push_back("malformed"); }
  void OnOpen(std::string_view target) override { heard_.push_back("open " + std::string(target)); }
  void OnFrame() override {}
  void OnMessage(std::string&& payload) override { heard_.push_back(payload); }
  void OnPeerClose(uint16_t code, std::string_view text) override {
    heard_.push_back("closed " + std::to_string(code) + " " + std::string(text));
  }
  void OnViolation(Reason reason) override { heard_.push_back(std::string(ReasonName(reason))); }

  std::stringstream from_client_;
  std::string from_session_;
  std::vector<std::string> heard_;
  std::vector<std::string> client_heard_;
  bool refuse_ = false;
  Client client_;
  Client::connection_ptr connection_;
  ServerSession session_{*this, *this, 1 << 20};
};

using Heard = std::vector<std::string>;

TEST_F(ForeignClient, ShakesHandsTalksAndLeaves) {
  Connect();
  EXPECT_EQ(heard_, Heard{"open /?peerId=abc"});
  EXPECT_EQ(client_heard_, Heard{"open"});

  const std::string offer(100'000, 'o');
  connection_->send(std::string("hello"), websocketpp::frame::opcode::text);
  connection_->send(offer, websocketpp::frame::opcode::binary);
  connection_->ping("p");
  Exchange();
  EXPECT_EQ(heard_, (Heard{"open /?peerId=abc", "hello", offer}));
  EXPECT_EQ(client_heard_, (Heard{"open", "pong p"}));

  connection_->close(4001, "bye");
  Exchange();
  EXPECT_EQ(heard_.back(), "closed 4001 bye");
  EXPECT_EQ(session_.phase(), Session::Phase::kEnded);
}

TEST_F(ForeignClient, IsClosedWithCodeAndText) {
  Connect();
  session_.Close(1008, "Peer already connected");
  Exchange();
  EXPECT_TRUE(session_.ended_cleanly());
  connection_->eof();
  EXPECT_EQ(client_heard_, (Heard{"open", "closed 1008 Peer already connected"}));
}

TEST_F(ForeignClient, AnswersOurPing) {
  Connect();
  session_.Ping("mark");
  Exchange();
  EXPECT_EQ(session_.phase(), Session::Phase::kOpen);
}

TEST_F(ForeignClient, IsRefusedBeforeTheUpgrade) {
  refuse_ = true;
  Connect();
  EXPECT_EQ(client_heard_, Heard{"refused 503"});
  EXPECT_TRUE(heard_.empty());
}

}  // namespace
}  // namespace pigeonhub::net
