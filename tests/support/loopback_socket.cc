// SPDX-License-Identifier: Apache-2.0

#include "tests/support/loopback_socket.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace pigeonhub {
namespace {

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

}  // namespace

LoopbackSocket::LoopbackSocket() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}

LoopbackSocket::~LoopbackSocket() { close(fd_); }

uint16_t LoopbackSocket::Listen() {
  sockaddr_in address = Loopback(0);
  EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(fd_, 1), 0);
  socklen_t size = sizeof address;
  EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

void LoopbackSocket::JoinAs(const std::string& peer_id, uint16_t port) {
  const sockaddr_in address = Loopback(port);
  ASSERT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string request = "GET /?peerId=" + peer_id +
                              " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  ASSERT_EQ(send(fd_, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  std::string answer;
  while (!answer.ends_with("\r\n\r\n")) {
    const int byte = ReadByte();
    ASSERT_GE(byte, 0) << answer;
    answer += static_cast<char>(byte);
  }
  ASSERT_TRUE(answer.starts_with("HTTP/1.1 101 ")) << answer;
}

void LoopbackSocket::SendText(const std::string& text) {
  ASSERT_LT(text.size(), 126u);
  std::string frame = "\x81";
  frame += static_cast<char>(0x80 | text.size());
  frame.append(4, '\0');  // the mask: a client must send one, and this one leaves bytes alone
  frame += text;
  ASSERT_EQ(send(fd_, frame.data(), frame.size(), 0), static_cast<ssize_t>(frame.size()));
}

bool LoopbackSocket::WaitForCloseFrame() {
  for (;;) {
    const int opcode = ReadByte();
    auto length = static_cast<size_t>(ReadByte());
    if (opcode < 0) return false;
    if (opcode == 0x88) return true;
    if (length == 126) {
      length = static_cast<size_t>(ReadByte()) << 8;
      length += static_cast<size_t>(ReadByte());
    }
    while (length-- > 0) ReadByte();
  }
}

int LoopbackSocket::ReadByte() {
  unsigned char byte;
  return recv(fd_, &byte, 1, 0) == 1 ? byte : -1;
}

uint16_t PortIn(const std::string& line) {
  const std::string before = "ws://localhost:";
  const size_t at = line.find(before);
  EXPECT_NE(at, std::string::npos) << line;
  if (at == std::string::npos) return 0;
  return static_cast<uint16_t>(std::atoi(line.c_str() + at + before.size()));
}

}  // namespace pigeonhub
