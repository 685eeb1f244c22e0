// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/frame.h"

namespace pigeonhub::bench {

class Connection;

// Told what happens on a connection, on the one thread there is. A listener may send and close, on
// this connection and others, in these calls.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void OnOpen(Connection& connection) = 0;
  virtual void OnMessage(Connection& connection, std::string_view message) = 0;
  // The last call for this connection. `code` is the close code, 1006 where there was none.
  virtual void OnClosed(Connection& connection, int code, std::string_view reason) = 0;
};

// The client end of one WebSocket connection: handshake, frames, pongs, closing handshake. The
// socket below it and the polling are the Swarm's.
class Connection {
 public:
  // `unsent` is where a connection with something to write puts itself. `tag` is the listener's, to
  // find its own state for this connection.
  Connection(std::vector<Connection*>& unsent, Listener* listener, size_t tag)
      : unsent_(unsent), listener_(listener), tag_(tag) {}

  size_t tag() const { return tag_; }

  // From now on messages go to `listener`; to nobody if it is null.
  void set_listener(Listener* listener, size_t tag) {
    listener_ = listener;
    tag_ = tag;
  }

  // Queues a frame; what is queued in one turn leaves in one write.
  void Send(const ClientFrame& frame) { Queue(frame.bytes()); }
  // What is queued and has not left.
  size_t unsent() const { return unsent_bytes_.size(); }

  // Seconds after which a hub that refused this one wants it back; 0 where it did not say.
  unsigned retry_after() const { return retry_after_; }

  // Starts the closing handshake with 1000, as a client that leaves does. The hub then ends the TCP
  // connection, so that no TIME_WAIT uses up this side's ports.
  void Close();

 protected:
  void Queue(std::string_view bytes);
  // What a request for a WebSocket says. `headers` are more of them, each with its line end.
  struct Request {
    std::string_view host;
    std::string_view target;
    std::string_view headers;
  };
  void BeginHandshake(const Request& request);
  // Takes bytes that arrived; false if the connection is of no more use.
  bool Receive(std::string_view bytes);
  // The transport is gone, for a reason in words.
  void Lose(std::string_view why);

  bool in_handshake() const { return phase_ == Phase::kHandshake; }

  std::string unsent_bytes_;
  bool in_unsent_ = false;

 private:
  enum class Phase { kHandshake, kOpen, kClosing, kClosed };

  // Both consume what they can from the front of `bytes`.
  bool ReadHandshake(std::string_view& bytes);
  bool ReadFrames(std::string_view& bytes);
  bool TakeFrame(const ServerFrame& frame);

  std::vector<Connection*>& unsent_;
  Listener* listener_;
  size_t tag_;
  Phase phase_ = Phase::kHandshake;
  std::string unread_;  // the unfinished rest of what arrived
  unsigned retry_after_ = 0;
  int close_code_ = 1006;
  std::string close_reason_;
};

}  // namespace pigeonhub::bench
