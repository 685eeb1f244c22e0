// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/core/reason.h"
#include "server/net/http/upgrade_gate.h"
#include "server/net/websocket/server_session.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {

inline const std::string kHead = "Host: hub.example\r\n";
inline const std::string kUpgradeHeaders =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

inline std::string UpgradeRequest(const std::string& target = "/?peerId=x") {
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
    if (hears_frames_) heard_.emplace_back("frame");
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
  Session::SpareReader spare_;
  ServerSession session_{*this, *this, 1000, &spare_};
};

using Heard = std::vector<std::string>;

}  // namespace pigeonhub::net
