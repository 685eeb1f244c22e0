// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "server/net/reactor/socket.h"

namespace pigeonhub::net {

// The way in of one connection: when the socket is awaited and read.
//
// Lives on one loop's thread.
class Reader {
 public:
  // `socket` outlives the reader.
  explicit Reader(Socket& socket) : socket_(socket) {}

  // Awaits bytes. Does nothing if they are awaited already, while reading is paused, or when the
  // peer has ended.
  void Await() {
    if (awaits_ || paused_ || ended_) return;
    awaits_ = true;
    socket_.AwaitReadable();
  }

  // Reads what has come, at most the size of `buffer`. The socket is not awaited after that.
  Socket::Transfer Read(std::vector<char>& buffer) {
    awaits_ = false;
    const Socket::Transfer read = socket_.Read(buffer.data(), buffer.size());
    if (read.status == Socket::Status::kEnded) ended_ = true;
    return read;
  }

  // While paused nothing new is awaited. What was awaited before may still come.
  void Pause() { paused_ = true; }
  void Resume() { paused_ = false; }
  bool paused() const { return paused_; }

  // Whether the peer has said that it sends no more.
  bool ended() const { return ended_; }

 private:
  Socket& socket_;
  bool awaits_ = false;
  bool paused_ = false;
  bool ended_ = false;
};

}  // namespace pigeonhub::net
