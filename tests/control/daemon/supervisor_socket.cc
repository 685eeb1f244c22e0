// SPDX-License-Identifier: Apache-2.0

#include "tests/control/daemon/supervisor_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace pigeonhub {
namespace {

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

}  // namespace

SupervisorSocket::SupervisorSocket()
    : path_(folder_.Path("notify")), fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_un address = AddressOf(path_);
  EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const timeval limit{10, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

SupervisorSocket::~SupervisorSocket() { close(fd_); }

void SupervisorSocket::Fill() const {
  const sockaddr_un address = AddressOf(path_);
  const int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  while (sendto(sender, kFiller.data(), kFiller.size(), 0,
                reinterpret_cast<const sockaddr*>(&address), sizeof address) >= 0) {
  }
  close(sender);
}

std::string SupervisorSocket::Receive() const {
  char buffer[512];
  const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
  return count < 0 ? std::string() : std::string(buffer, static_cast<size_t>(count));
}

}  // namespace pigeonhub
