// SPDX-License-Identifier: Apache-2.0

#include "tests/support/loopback_http.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace pigeonhub {

LoopbackHttp::LoopbackHttp(std::deque<std::string> answers)
    : answers_(std::move(answers)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (listener_ < 0 || bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no loopback socket");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

LoopbackHttp::~LoopbackHttp() {
  shutdown(listener_, SHUT_RDWR);  // accept returns
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : kept_) shutdown(fd, SHUT_RDWR);
  }
  thread_.join();
  for (const int fd : kept_) close(fd);
  close(listener_);
}

std::string LoopbackHttp::Url(const std::string& path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<std::string> LoopbackHttp::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

void LoopbackHttp::Serve() {
  int fd = -1;
  while ((fd = accept(listener_, nullptr, nullptr)) >= 0) {
    {
      const std::lock_guard lock(mutex_);
      kept_.push_back(fd);
    }
    std::string request;
    char buffer[4096];
    ssize_t count = 0;
    // What does not begin as a request is answered at once.
    while ((request.empty() || request.starts_with('G')) &&
           request.find("\r\n\r\n") == std::string::npos &&
           (count = read(fd, buffer, sizeof buffer)) > 0) {
      request.append(buffer, static_cast<size_t>(count));
    }
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(request.substr(0, request.find("\r\n")));
    }
    if (answers_.empty()) continue;
    const std::string answer = answers_.front();
    answers_.pop_front();
    for (size_t sent = 0; sent < answer.size();) {
      const ssize_t written = send(fd, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
      if (written <= 0) break;
      sent += static_cast<size_t>(written);
    }
    shutdown(fd, SHUT_RDWR);
  }
}

std::string HttpOk(const std::string& body, const std::string& headers) {
  return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace pigeonhub
