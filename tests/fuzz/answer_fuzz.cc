// SPDX-License-Identifier: Apache-2.0
//
// The byte stream of a server, its answer to the handshake and then frames, through a client's
// session without a socket. The first byte says how: its lowest bit puts a proper answer before the
// input, so that frames are reached at once; the others cut the stream into pieces.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/net/websocket/client_session.h"
#include "server/net/websocket/close_code.h"
#include "server/net/websocket/handshake_key.h"
#include "tests/fuzz/require.h"

namespace pigeonhub::net {
namespace {

constexpr size_t kMaxMessage = 4096;

class Client final : private Session::Host, private ClientSession::Handler {
 public:
  Client() { session_.Ask(); }

  // The answer that opens the WebSocket.
  std::string ProperAnswer() const {
    constexpr std::string_view kName = "Sec-WebSocket-Key: ";
    const size_t key = request_.find(kName) + kName.size();
    return "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
           "Sec-WebSocket-Accept: " +
           AcceptKeyFor(request_.substr(key, request_.find("\r\n", key) - key)) + "\r\n\r\n";
  }

  void Feed(std::string bytes) { session_.Feed(bytes.data(), bytes.size()); }

  void Finish() {
    session_.Ping("mark");
    session_.Close(kNormalClosure, "done");
    REQUIRE(session_.phase() != Session::Phase::kOpen);
    REQUIRE(!(accepted_ && refused_));
  }

 private:
  // Session::Host
  void Write(std::string_view header, std::string_view payload) override {
    if (request_.empty()) {
      request_ = std::string(header) + std::string(payload);
      return;
    }
    constexpr char kMaskBit = static_cast<char>(0x80);
    REQUIRE(accepted_);
    REQUIRE(header.size() >= 2 && (header[1] & kMaskBit) != 0);
  }
  void OnFrame() override { REQUIRE(accepted_ && !ended_); }
  void OnPong(std::string_view payload) override { REQUIRE(payload.size() <= 125); }
  void OnMessage(std::string&& payload) override {
    REQUIRE(accepted_ && !ended_);
    REQUIRE(payload.size() <= kMaxMessage);
  }
  void OnPeerClose(uint16_t, std::string_view text) override {
    REQUIRE(text.size() <= 123);
    End();
  }
  void OnViolation(Reason) override { End(); }

  // ClientSession::Handler
  void OnAccepted() override {
    REQUIRE(!accepted_);
    accepted_ = true;
  }
  void OnRefused(const ClientHandshake::Refusal& refusal) override {
    REQUIRE(!refused_);
    REQUIRE(refusal.why.find('\n') == std::string::npos);
    REQUIRE(refusal.retry_after.count() >= 0);
    refused_ = true;
  }

  void End() {
    REQUIRE(accepted_ && !ended_);
    ended_ = true;
  }

  std::string request_;
  bool accepted_ = false;
  bool refused_ = false;
  bool ended_ = false;
  ClientSession session_{*this, *this, kMaxMessage,
                         ClientHandshake("hub.example:3000", "/?peerId=x")};
};

}  // namespace
}  // namespace pigeonhub::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const uint8_t how = data[0];
  pigeonhub::net::Client client;
  std::string stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((how & 1) != 0) stream.insert(0, client.ProperAnswer());
  const size_t piece = (how >> 1) == 0 ? stream.size() + 1 : how >> 1;
  for (size_t at = 0; at < stream.size(); at += piece) client.Feed(stream.substr(at, piece));
  client.Finish();
  return 0;
}
