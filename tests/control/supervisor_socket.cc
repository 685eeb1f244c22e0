// SPDX-License-Identifier: Apache-2.0

#include "tests/control/supervisor_socket.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace pigeonhub {

SupervisorSocket::SupervisorSocket()
    : path_(folder_.Path("notify")), fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, sizeof address.sun_path - 1);
  EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const timeval limit{10, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

SupervisorSocket::~SupervisorSocket() { close(fd_); }

std::string SupervisorSocket::Receive() const {
  char buffer[512];
  const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
  return count < 0 ? std::string() : std::string(buffer, static_cast<size_t>(count));
}

}  // namespace pigeonhub
