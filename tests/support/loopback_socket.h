// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <string>

namespace pigeonhub {

// A TCP socket on 127.0.0.1: one that occupies a port, or a peer with just enough WebSocket to join
// a hub. Reads block; a test that waits in vain is ended by its time limit.
class LoopbackSocket {
 public:
  LoopbackSocket();
  ~LoopbackSocket();
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  // Takes a free port, and says which.
  uint16_t Listen();

  // Becomes a peer: connects and upgrades.
  void JoinAs(const std::string& peer_id, uint16_t port);
  // Less than 126 bytes.
  void SendText(const std::string& text);
  // Reads frames until the close frame; false if the connection ends without one.
  bool WaitForCloseFrame();

 private:
  // -1 at the end.
  int ReadByte();
  int fd_;
};

// The port in "... ws://localhost:PORT ...".
uint16_t PortIn(const std::string& line);

}  // namespace pigeonhub
