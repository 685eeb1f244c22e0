// SPDX-License-Identifier: Apache-2.0

#include "tests/support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <utility>

namespace pigeonhub {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

Address AddressOf(const std::string& text, uint16_t port) {
  Address address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.storage);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.size = sizeof(*v4);
  } else if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.size = sizeof(*v6);
  }
  return address;
}

bool WaitFor(int descriptor, short events, milliseconds limit) {
  pollfd waiting{descriptor, events, 0};
  return poll(&waiting, 1, static_cast<int>(limit.count())) > 0;
}

}  // namespace

RawClient::RawClient(uint16_t port, const std::string& address, int receive_buffer,
                     const std::string& from) {
  const Address to = AddressOf(address, port);
  descriptor_ = socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return;
  if (receive_buffer > 0) {
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
  }
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (!from.empty()) {
    const Address own = AddressOf(from, 0);
    (void)bind(descriptor_, reinterpret_cast<const sockaddr*>(&own.storage), own.size);
  }
  connected_ = connect(descriptor_, reinterpret_cast<const sockaddr*>(&to.storage), to.size) == 0;
}

RawClient::RawClient(RawClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      connected_(other.connected_),
      ended_(other.ended_),
      received_(std::move(other.received_)) {}

RawClient::~RawClient() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool RawClient::Send(std::string_view bytes) {
  const auto until = steady_clock::now() + kLimit;
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno != EAGAIN || steady_clock::now() > until) {
      return false;
    } else {
      WaitFor(descriptor_, POLLOUT, milliseconds(100));
    }
  }
  return true;
}

void RawClient::ShutdownSend() { shutdown(descriptor_, SHUT_WR); }

void RawClient::Reset() {
  const linger hard{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  close(std::exchange(descriptor_, -1));
}

int RawClient::Upgrade(const std::string& target, const std::string& headers) {
  if (!Send(UpgradeRequest(target, headers))) return 0;
  size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadSome(kLimit)) return 0;
  }
  const int status = std::atoi(received_.substr(0, end).substr(9, 3).c_str());
  received_.erase(0, end + 4);
  return status;
}

std::optional<net::ServerFrame> RawClient::ReadFrame() {
  net::ServerFrame frame;
  while (!net::TakeFrame(received_, frame)) {
    if (!ReadSome(kLimit)) return std::nullopt;
  }
  return frame;
}

std::string RawClient::ReadTextWith(std::string_view part) {
  while (const auto frame = ReadFrame()) {
    if (frame->opcode == net::kCloseFrame) return {};
    if (frame->opcode == net::kText && frame->payload.find(part) != std::string::npos) {
      return frame->payload;
    }
  }
  return {};
}

std::optional<net::ServerFrame> RawClient::ReadClose() {
  while (const auto frame = ReadFrame()) {
    if (frame->opcode == net::kCloseFrame) return frame;
  }
  return std::nullopt;
}

std::string RawClient::ReadAnswer() {
  constexpr std::string_view kLength = "Content-Length: ";
  size_t head = 0;
  while ((head = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!ReadSome(kLimit)) return {};
  }
  const size_t length = received_.find(kLength);
  if (length > head) return {};
  const size_t size = head + 4 + std::stoul(received_.substr(length + kLength.size()));
  while (received_.size() < size) {
    if (!ReadSome(kLimit)) return {};
  }
  std::string answer = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

std::string RawClient::ReadUntil(std::string_view mark) {
  size_t begin = 0;
  while ((begin = received_.find(mark)) == std::string::npos) {
    if (!ReadSome(kLimit)) return {};
  }
  std::string read = received_.substr(0, begin + mark.size());
  received_.erase(0, begin + mark.size());
  return read;
}

std::string RawClient::ReadToEnd() {
  while (ReadSome(kLimit)) {
  }
  return std::move(received_);
}

bool RawClient::EndsWithin(milliseconds limit) {
  const auto until = steady_clock::now() + limit;
  while (!ended_ && steady_clock::now() < until) {
    received_.clear();
    ReadSome(milliseconds(10));
  }
  return ended_;
}

bool RawClient::ReadSome(milliseconds limit) {
  if (ended_ || !WaitFor(descriptor_, POLLIN, limit)) return false;
  char buffer[16 * 1024];
  const ssize_t got = recv(descriptor_, buffer, sizeof(buffer), 0);
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  received_.append(buffer, static_cast<size_t>(got));
  return true;
}

std::string HttpExchange(uint16_t port, const std::string& request) {
  RawClient client(port);
  if (!client.Send(request)) return {};
  client.ShutdownSend();
  return client.ReadToEnd();
}

std::string HttpGet(uint16_t port, const std::string& target) {
  return HttpExchange(port, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

std::string UpgradeRequest(const std::string& target, const std::string& headers) {
  return "GET " + target +
         " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
         "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n" +
         (headers.find("Origin: ") == std::string::npos ? "Origin: http://localhost\r\n" : "") +
         headers + "\r\n";
}

}  // namespace pigeonhub
