// SPDX-License-Identifier: Apache-2.0
//
// The byte stream of one peer, HTTP and then frames, through a session without a socket. The first
// byte says how: its lowest bit puts a proper handshake before the input, so that frames are
// reached at once; the next pauses the session when it opens; the others cut the stream into
// pieces.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/http/upgrade_gate.h"
#include "server/net/websocket/server_session.h"
#include "tests/fuzz/require.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

constexpr size_t kMaxMessage = 4096;

class Peer final : private Session::Host, private ServerSession::Handler {
 public:
  explicit Peer(bool pauses) : pauses_(pauses) {}

  void Feed(std::string bytes) {
    session_.Feed(bytes.data(), bytes.size());
    while (session_.answering()) session_.Resume();
  }

  void Finish() {
    session_.Resume();
    session_.Ping("mark");
    session_.Close(1000, "done");
    if (opened_) {
      const size_t head = written_.find("\r\n\r\n", upgraded_at_);
      REQUIRE(written_.substr(upgraded_at_).starts_with("HTTP/1.1 101 "));
      REQUIRE(head != std::string::npos);
      for (const ServerFrame& frame : AllFrames(written_.substr(head + 4))) {
        REQUIRE(frame.opcode == kPong || frame.opcode == kPing || frame.opcode == kCloseFrame);
      }
    }
    REQUIRE(session_.phase() != Session::Phase::kOpen);
  }

 private:
  void Write(std::string_view header, std::string_view payload) override {
    if (!opened_) upgraded_at_ = written_.size();  // the last answer before it opens
    written_.append(header).append(payload);
  }
  std::optional<HttpResponse> OnRequest(const HttpRequest& request) override {
    if (!WantsWebSocket(request)) return PlainAnswer(200, "banner");
    std::optional<HandshakeRefusal> refusal = CheckHandshake(request);
    if (!refusal.has_value()) return std::nullopt;
    refusal->response.close = true;
    return std::move(refusal->response);
  }
  void OnMalformedRequest(Reason) override { REQUIRE(!opened_); }
  void OnOpen(std::string_view) override {
    REQUIRE(!opened_);
    opened_ = true;
    if (pauses_) session_.Pause();
  }
  void OnFrame() override { REQUIRE(opened_ && !ended_); }
  void OnPong(std::string_view payload) override { REQUIRE(payload.size() <= 125); }
  void OnMessage(std::string&& payload) override { REQUIRE(payload.size() <= kMaxMessage); }
  void OnPeerClose(uint16_t, std::string_view text) override {
    REQUIRE(text.size() <= 123);
    End();
  }
  void OnViolation(Reason) override { End(); }
  void End() {
    REQUIRE(!ended_);
    ended_ = true;
  }

  const bool pauses_;
  bool opened_ = false;
  bool ended_ = false;
  std::string written_;
  size_t upgraded_at_ = 0;
  pigeonhub::net::Session::SpareReader spare_;
  ServerSession session_{*this, *this, kMaxMessage, &spare_};
};

}  // namespace
}  // namespace pigeonhub::net

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using pigeonhub::net::Peer;
  if (size == 0) return 0;
  const uint8_t how = data[0];
  std::string stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((how & 1) != 0) {
    stream.insert(
        0,
        "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  }
  const size_t piece = (how >> 2) == 0 ? stream.size() + 1 : how >> 2;
  Peer peer((how & 2) != 0);
  for (size_t at = 0; at < stream.size(); at += piece) peer.Feed(stream.substr(at, piece));
  peer.Finish();
  return 0;
}
