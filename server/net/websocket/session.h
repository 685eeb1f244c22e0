// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "pigeonhub/reason.h"

namespace pigeonhub::net {

// One end of a WebSocket connection (RFC 6455): bytes in, bytes and messages out. A session has no
// socket, clock or thread; its owner brings the bytes that came and carries away what it writes.
//
// The handshake is up to the two kinds of session: ServerSession answers one, ClientSession asks.
// This class is what they have in common once the WebSocket is open.
//
// websocketpp reads the frames (its processor for version 13). Its connection and endpoint classes
// are not used: they bring a send queue without a bound, timers, 6 KB for each idle peer, and
// drafts of the protocol that nobody should speak any more.
//
// Not thread-safe. The host may call Close, Ping, Send, Pause and Resume from within its own
// functions, but it must not call Feed there or destroy the session.
class Session {
  struct Frames;

 public:
  // Who owns a session, and is told what happens on it.
  class Host {
   public:
    virtual ~Host() = default;

    // Sends `header` and then `payload` to the peer. Together they are one whole frame or one whole
    // HTTP message. They are valid during the call.
    virtual void Write(std::string_view header, std::string_view payload) = 0;

    // A frame of any kind but a close frame has come: the peer lives. Called after the function
    // that hands the content of the frame over.
    virtual void OnFrame() = 0;
    // A whole text or binary message has come. If it came in one frame, its buffer has
    // kSpareCapacity bytes behind the end.
    virtual void OnMessage(std::string&& payload) = 0;
    // The peer has answered a ping. `payload` is what the ping carried.
    virtual void OnPong(std::string_view /*payload*/) {}
    // The peer has closed the connection. The session has answered already. `code` is kNoCloseCode
    // where the peer gave none; `text` is valid UTF-8 of at most 123 bytes, valid during the call.
    virtual void OnPeerClose(uint16_t code, std::string_view text) = 0;
    // The peer broke the protocol (kProtocolError, kInvalidUtf8, kMessageTooBig). The session has
    // written the close frame and reads nothing more.
    virtual void OnViolation(Reason reason) = 0;
  };

  // Bytes; enough for a parser that reads beyond the end of a message.
  static constexpr size_t kSpareCapacity = 64;

  // The reader of frames that all sessions of a loop share that hear the same kind of Peer, as they
  // are fed one after the other. One that is left in the middle of a frame or a message keeps the
  // reader until that has come.
  class SpareReader {
   public:
    SpareReader();
    ~SpareReader();

   private:
    friend Session;
    std::unique_ptr<Frames> frames_;
  };

  virtual ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  enum class Phase {
    kHandshake,  // HTTP
    kOpen,
    kClosing,  // our close frame is out, theirs is awaited
    kEnded,    // nothing more is read or written
  };
  Phase phase() const { return phase_; }
  // Whether both close frames have passed: then the peer waits for nothing but the end of TCP.
  bool ended_cleanly() const { return ended_cleanly_; }
  // Whether a part of a message has come, and the rest has not.
  bool mid_message() const;
  // Bytes that came and are kept: of a message that is not complete, and what came while paused.
  size_t kept_bytes() const;
  // Whether the session waits between two HTTP requests: it has answered one, and nothing of the
  // next one has come yet.
  virtual bool idle() const { return false; }
  // Whether an HTTP answer was written after which the connection stays. The session is paused
  // then, so that a client which asks and never reads cannot fill our memory: call Resume when the
  // answer has left, and call Feed only after that.
  bool answering() const { return phase_ == Phase::kHandshake && paused_; }

  // Takes what came from the peer. Uses the bytes as scratch space.
  void Feed(char* bytes, size_t size);

  // These three do nothing unless the phase is kOpen.
  //
  // Sends one frame. `header` is the header of an unmasked frame for `payload` (frame.h).
  void Send(std::string_view header, std::string_view payload);
  // `payload` has at most 125 bytes.
  void Ping(std::string_view payload);
  // Begins the close handshake. `text` has at most 123 bytes.
  void Close(uint16_t code, std::string_view text);

  // Sends a close frame and reads nothing more: gives back at once what it keeps.
  void CloseUnread(uint16_t code, std::string_view text);

  // Between Pause and Resume the session handles no frame; it keeps the bytes that were read
  // already.
  void Pause() { paused_ = true; }
  void Resume();

 protected:
  // `peer` sends the frames: those of a client are masked, those of a server not. `spare` outlives
  // the session; null: it has a reader of its own while it is open.
  enum class Peer { kClient, kServer };
  Session(Host& host, size_t max_message_size, Peer peer, SpareReader* spare);

  Host& host() { return host_; }

  // Takes bytes of the handshake. Returns how many belonged to it.
  virtual size_t FeedHandshake(const char* bytes, size_t size) = 0;
  // Writes one frame, given as an unmasked one. A client masks it.
  virtual void WriteFrame(std::string_view header, std::string_view payload) = 0;

  // The handshake was successful: frames follow.
  void Open() { phase_ = Phase::kOpen; }
  // Nothing more is read or written.
  void End() { phase_ = Phase::kEnded; }

 private:
  void FeedFrames(char* bytes, size_t size);
  void Hold(const char* bytes, size_t size);
  void TakeReader();
  void LeaveReader();
  void HandleFrame(Frames& frames);
  void HandlePeerClose(const std::string& payload);
  void Violation(Reason reason);
  void WriteControl(uint8_t opcode, std::string_view payload);
  void WriteClose(uint16_t code, std::string_view text);

  Host& host_;
  SpareReader* const spare_;
  const size_t max_message_size_;
  const Peer peer_;
  Phase phase_ = Phase::kHandshake;
  bool paused_ = false;
  bool ended_cleanly_ = false;
  // Most peers are idle most of the time, so a session is small while nothing is held.
  std::unique_ptr<Frames> frames_;     // the reader, while this session needs it
  std::unique_ptr<std::string> held_;  // read, and kept until Resume
};

}  // namespace pigeonhub::net
