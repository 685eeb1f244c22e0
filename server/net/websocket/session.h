// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/core/reason.h"
#include "server/net/http/gate.h"
#include "server/net/http/message.h"
#include "server/net/websocket/opening.h"

namespace pigeonhub::net {

// One half of an HTTP connection that may become a WebSocket (RFC 6455): bytes in, bytes and
// messages out. Mostly the server's; the client's where this hub is the one that dials. It has no
// socket, clock or thread; whoever owns it brings the bytes and carries away what it writes.
//
// The parsing is websocketpp's (its HTTP parser and its version 13 processor). Its connection and
// endpoint classes are left aside: they come with a send queue without a bound, timers and 6 KB for
// each idle peer, and upgrade drafts that nobody should speak any more.
//
// Not thread-safe. Calls of the host may call Close, Ping, Pause and Resume, but not Feed or
// destroy the session.
class Session {
 public:
  class Host {
   public:
    virtual ~Host() = default;

    // To the peer, in this order. One call is one whole frame or one whole HTTP answer.
    virtual void Write(std::string_view bytes) = 0;

    virtual HttpResponse OnHttp(const HttpRequest& request) = 0;
    // A request to become a WebSocket; empty lets it.
    virtual std::optional<HttpResponse> OnUpgrade(const HttpRequest& request) = 0;
    // What came is no HTTP request (kBadHandshake; it was answered with an error status) or TLS
    // (kTlsOnPlainPort; it was answered with an alert). Nothing more of it is read.
    virtual void OnMalformedRequest(Reason reason) = 0;

    // The server let us in, or did not; then nothing more is read. A client's half only.
    virtual void OnAccepted() {}
    virtual void OnRefused(const Opening::Refusal&) {}

    // The peer is connected; its 101 is written. `target` is valid during the call.
    virtual void OnOpen(std::string_view target) = 0;
    // A frame of any kind but a close frame, after what it says was handled: the peer lives.
    virtual void OnFrame() = 0;
    // A whole text or binary message.
    virtual void OnMessage(std::string&& payload) = 0;
    // The answer to a ping, with what the ping carried.
    virtual void OnPong(std::string_view) {}
    // The peer closed (it has its answer already). `code` is 1005 where it gave none; `text` is
    // valid UTF-8 of at most 123 bytes, valid during the call.
    virtual void OnPeerClose(uint16_t code, std::string_view text) = 0;
    // The peer broke the protocol (kProtocolError, kInvalidUtf8, kMessageTooBig); the close frame
    // is written and nothing more of it is read.
    virtual void OnViolation(Reason reason) = 0;
  };

  Session(Host& host, size_t max_message_size);
  // The client's half. It asks when Ask is called.
  Session(Host& host, size_t max_message_size, Opening opening);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  enum class Phase {
    kHandshake,  // HTTP
    kOpen,
    kClosing,  // our close frame is out, theirs is awaited
    kEnded,    // nothing more is read or written
  };
  Phase phase() const { return phase_; }
  // True if it ended by both close frames: the peer waits for nothing but the end of TCP.
  bool ended_cleanly() const { return ended_cleanly_; }

  // Writes the client's request; once, before anything else.
  void Ask();

  // Whether a part of a message has come, and the rest has not.
  bool mid_message() const;

  // What came from the peer. Uses the bytes as scratch space.
  void Feed(char* bytes, size_t size);

  // While kOpen, otherwise nothing happens.
  void Close(uint16_t code, std::string_view text);
  // `payload` has at most 125 bytes.
  void Ping(std::string_view payload);

  // Whether frames of ours are masked, as a client's must be; and the frame with that header and
  // payload, masked, as long as no other is asked for.
  bool masks() const { return client_ != nullptr; }
  std::string_view Masked(std::string_view header, std::string_view payload);

  // Between Pause and Resume no frame is handled; bytes that were read already are kept.
  void Pause() { paused_ = true; }
  void Resume();

  // An answer was written after which the connection stays. It is paused, so that a client which
  // asks and never reads cannot fill our memory: Resume when the answer has left, and do not feed
  // before.
  bool answering() const { return phase_ == Phase::kHandshake && paused_; }
  // Between two requests: one was answered, and of the next nothing came yet.
  bool idle() const;

 private:
  struct Handshake;
  struct Client;
  struct Frames;

  size_t FeedHandshake(const char* bytes, size_t size);
  size_t FeedAnswer(const char* bytes, size_t size);
  void FeedFrames(char* bytes, size_t size);
  void HandleFrame(Frames& frames);
  void HandlePeerClose(const std::string& payload);
  void AnswerHttp(const HttpResponse& response, bool head_only, bool keep);
  void AnswerMalformed(int status, std::string why);
  void BecomeWebSocket();
  void Violation(Reason reason);
  void WriteControl(uint8_t opcode, std::string_view payload);
  void WriteClose(uint16_t code, std::string_view text);

  Host& host_;
  const size_t max_message_size_;
  Phase phase_ = Phase::kHandshake;
  bool paused_ = false;
  bool ended_cleanly_ = false;
  std::unique_ptr<Handshake> handshake_;  // a server's, until the request is complete
  std::unique_ptr<Client> client_;        // a client's
  std::unique_ptr<Frames> frames_;        // from the upgrade on
  std::string held_;                      // read, and waiting for Resume
};

}  // namespace pigeonhub::net
