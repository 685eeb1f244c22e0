// SPDX-License-Identifier: Apache-2.0

#include "tests/control/daemon/one_answer.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace pigeonhub {

OneAnswer::OneAnswer(std::string answer)
    : answer_(std::move(answer)), listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(listen(listening_, 1), 0);
  socklen_t size = sizeof address;
  EXPECT_EQ(getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

OneAnswer::~OneAnswer() {
  shutdown(listening_, SHUT_RDWR);
  if (thread_.joinable()) thread_.join();
  if (connection_ >= 0) close(connection_);
  close(listening_);
}

std::string OneAnswer::request() {
  if (thread_.joinable()) thread_.join();
  return request_;
}

std::string OneAnswer::request_line() {
  const std::string all = request();
  return all.substr(0, all.find("\r\n"));
}

void OneAnswer::Serve() {
  connection_ = accept(listening_, nullptr, nullptr);
  if (connection_ < 0) return;
  char buffer[512];
  while (!request_.ends_with("\r\n\r\n")) {
    const ssize_t count = recv(connection_, buffer, sizeof buffer, 0);
    if (count <= 0) return;
    request_.append(buffer, static_cast<size_t>(count));
  }
  if (answer_.empty()) return;
  send(connection_, answer_.data(), answer_.size(), MSG_NOSIGNAL);
  shutdown(connection_, SHUT_RDWR);
}

}  // namespace pigeonhub
